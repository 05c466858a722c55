"""Background work of insights; each task is named after the service it calls. All of them may be run at any time, and again."""

from celery import shared_task
from django.utils import timezone

from insights.services import activity, days, purging, spaces


@shared_task
def activity_write() -> None:
    """Write down who was here (beat, every minute)."""
    activity.activity_write(now=timezone.now())


@shared_task
def days_catch_up() -> None:
    """Write the figures of days and weeks that are over (beat, every 15 minutes)."""
    now = timezone.now()
    # What was marked before midnight and not written yet.
    activity.activity_write(now=now)
    days.days_catch_up(now=now)


@shared_task
def minutes_note() -> None:
    """Keep how many listen in each Space (beat, every 20 s)."""
    spaces.minutes_note(now=timezone.now())


@shared_task
def spaces_catch_up() -> None:
    """Write the figures of Spaces that are over (beat, every minute)."""
    spaces.spaces_catch_up(now=timezone.now())


@shared_task
def raw_purge() -> None:
    """Delete what happened long ago, and the salts of days that are over (beat, every hour)."""
    purging.raw_purge(now=timezone.now())
