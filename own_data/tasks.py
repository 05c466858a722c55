"""Background work of exports and deletions; each task is named after the service it calls."""

from celery import shared_task
from django.contrib.sessions.models import Session
from django.utils import timezone

from own_data.services import deletions, exports

# Somebody who has talked for years has many files.
_EXPORT_SECONDS = 3600


@shared_task(time_limit=_EXPORT_SECONDS)
def exports_run() -> None:
    """Make the files that are due (beat, every 10 s, and when one is asked for)."""
    exports.exports_run(now=timezone.now())


@shared_task
def exports_expire() -> None:
    """Delete files whose days are over (beat, every 10 minutes)."""
    exports.exports_expire(now=timezone.now())


@shared_task(time_limit=_EXPORT_SECONDS)
def deletions_run() -> None:
    """Go on with accounts that are to be deleted (beat, every 30 s, and when one is asked for)."""
    deletions.deletions_run(now=timezone.now())


@shared_task
def sessions_clear() -> None:
    """Delete sessions that have ended by themselves (beat, every 6 hours)."""
    Session.objects.filter(expire_date__lt=timezone.now()).delete()
