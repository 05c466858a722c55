"""ASGI entry point: HTTP to Django, `/ws/` to the live consumer."""

import os

from django.core.asgi import get_asgi_application

from spaces_project.lib import metrics

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spaces_project.settings")
django_application = get_asgi_application()
metrics.share()

from channels.routing import ProtocolTypeRouter  # noqa: E402  (needs the app registry)

from rooms.live.routing import websocket_application  # noqa: E402

application = ProtocolTypeRouter({"http": django_application, "websocket": websocket_application})
