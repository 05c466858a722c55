"""Background work of captions, recordings and clips; each task is named after the service it calls."""

from celery import shared_task
from django.utils import timezone

from recordings.services import agents


@shared_task
def agents_round() -> None:
    """See to the workers in rooms (beat, every 2 s)."""
    agents.agents_round(now=timezone.now())
