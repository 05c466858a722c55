"""Background work of captions, recordings and clips; each task is named after the service it calls."""

from celery import shared_task
from django.utils import timezone

from recordings.services import (
    agents,
    clip_making,
    clips,
    files,
    mixing,
    plays,
    reactions,
    recording,
    taking_out,
    tracks,
)

# A mix of many hours takes minutes; the claim on its row is what ends with a worker that hangs.
_MIX_SECONDS = 3600


@shared_task
def agents_round() -> None:
    """See to the workers in rooms (beat, every 2 s)."""
    agents.agents_round(now=timezone.now())


@shared_task(time_limit=_MIX_SECONDS)
def recordings_mix() -> None:
    """Make the mixes that are due (beat, every 3 s, and when a recording ends)."""
    mixing.recordings_mix(now=timezone.now())


@shared_task
def files_delete() -> None:
    """Delete files that are doomed (beat, every 30 s, and when one is)."""
    files.files_delete(now=timezone.now())


@shared_task
def recordings_round() -> None:
    """Begin, finish and watch recordings (beat, every 2 s, and when a Space has ended)."""
    recording.recordings_round(now=timezone.now())


@shared_task
def spool_collect() -> None:
    """Hand over what recorders that live no more left in the spool (beat, every 5 s)."""
    tracks.spool_collect(now=timezone.now())


@shared_task
def recordings_expire() -> None:
    """Delete replays whose days are over (beat, every 10 minutes)."""
    taking_out.recordings_expire(now=timezone.now())


@shared_task
def reactions_note() -> None:
    """Keep what was tapped in Spaces that are recorded (beat, every 5 s)."""
    reactions.reactions_note(now=timezone.now())


@shared_task
def clips_make() -> None:
    """Make the clips that are due (beat, every 3 s, and when one is asked for)."""
    clip_making.clips_make(now=timezone.now())


@shared_task
def clips_expire() -> None:
    """Delete clips whose days are over (beat, every 10 minutes)."""
    clips.clips_expire(now=timezone.now())


@shared_task
def plays_forget() -> None:
    """Delete who played what on days gone by (beat, every 6 hours)."""
    plays.plays_forget(now=timezone.now())
