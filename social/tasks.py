"""Background work of notifications; each task is named after the service it calls."""

from celery import shared_task
from django.utils import timezone

from social.services import fanouts


@shared_task
def fanouts_run() -> None:
    """Work off the fan-outs that are due (beat, every 2 s, and when one is scheduled for now)."""
    fanouts.fanouts_run(now=timezone.now())
