"""LiveKit's webhooks: verified, then taken as hints. They get lost and come out of order, so nothing in them is applied."""

import logging

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from livekit import api
from livekit.protocol.webhook import WebhookEvent

from rooms.audio.hints import hint
from spaces_project.lib import heartbeats
from spaces_project.lib.webhooks import body_refused, not_verified

logger = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def livekit_webhook(request: HttpRequest) -> JsonResponse:
    """Take a hint. 401 unless it is signed with our key over this very body; 413 when it is far too long."""
    if refused := body_refused(request):
        return refused
    event = _verified(request)
    if event is None:
        return not_verified()
    heartbeats.heard_of("webhook:livekit")
    hint(event)
    return JsonResponse({})


def _verified(request: HttpRequest) -> WebhookEvent | None:
    if not settings.LIVEKIT_API_SECRET:
        return None
    verifier = api.TokenVerifier(settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET)
    try:
        return api.WebhookReceiver(verifier).receive(
            request.body.decode(), request.headers.get("Authorization", "")
        )
    except (
        Exception
    ) as error:  # the receiver has no error of its own: PyJWT's, protobuf's and bare ones come out
        logger.info("Refused a webhook: %s", error)
        return None
