"""Background work of Spaces; each task is named after the service it calls."""

from celery import shared_task
from django.utils import timezone

from rooms.audio import sfu
from rooms.services import audio, reconcile, schedule, series


@shared_task
def reconcile_live_spaces() -> None:
    """One round of reconciliation (beat, every 3 s)."""
    reconcile.reconcile_live_spaces(now=timezone.now())


@shared_task
def reconcile_watched() -> None:
    """Look into rooms that somebody has lost a right in (beat, every second)."""
    reconcile.reconcile_watched(now=timezone.now())


@shared_task
def participant_check(room: str, identity: str) -> None:
    """Look at one person in LiveKit; when that fails, the next round of reconciliation does it."""
    sfu.quietly(lambda: audio.participant_check(room=room, identity=identity))


@shared_task
def spaces_expire() -> None:
    """Give up what was not started in time (beat, every 15 s)."""
    schedule.spaces_expire(now=timezone.now())


@shared_task
def series_extend() -> None:
    """Announce the next Spaces of series (beat, every hour)."""
    series.series_extend(now=timezone.now())
