"""Whether LiveKit is well (`READY_CHECKS`)."""

from django.conf import settings

from rooms.audio import sfu
from spaces_project.lib.health import Missing, TurnedOff


def livekit() -> None:
    """It answers, and takes our key. Raises TurnedOff where there is no audio, Missing."""
    if not settings.LIVEKIT_URL:
        raise TurnedOff
    try:
        sfu.answers()
    except sfu.AudioKeyRefused as error:
        raise Missing("it does not take our key") from error
    except sfu.AudioUnavailable as error:
        # What it says beyond that names addresses.
        raise Missing(str(error).partition(":")[0]) from error
