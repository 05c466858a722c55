"""Spaces: lifecycle, stage, live state and audio."""

from django.apps import AppConfig
from django.conf import settings


class RoomsConfig(AppConfig):
    """The live room itself."""

    name = "rooms"
    verbose_name = "Spaces"

    def ready(self) -> None:
        """Listen to accounts; with DEBUG, look at every frame before it is sent."""
        import rooms.live.receivers  # noqa: F401
        from rooms.live.protocol import check_server_frame
        from spaces_project.lib import broadcast

        if settings.DEBUG:
            broadcast.check_frames(check_server_frame)
