"""Whether workers in rooms are there (`READY_CHECKS`)."""

from django.conf import settings
from django.utils import timezone

from recordings import workers
from spaces_project.lib.health import Missing, TurnedOff


def agents() -> None:
    """One of their processes is connected to LiveKit and takes jobs. Raises TurnedOff where there is no audio, Missing."""
    if not settings.LIVEKIT_URL:
        raise TurnedOff
    if not workers.are_there(timezone.now()):
        raise Missing("none is connected to LiveKit")
