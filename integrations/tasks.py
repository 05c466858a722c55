"""Background work of webhooks; each task is named after the service it calls."""

from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from integrations.services import events, sending
from spaces_project.lib.slots import slot


@shared_task
def space_event_write(kind: str, space_id: str) -> None:
    """Write an event of a Space down for those who want to hear of it."""
    events.space_event_write(kind=kind, space_id=UUID(space_id), now=timezone.now())


@shared_task
def webhooks_catch_up() -> None:
    """Write down what nobody was told of (beat, every minute)."""
    events.events_catch_up(now=timezone.now())


@shared_task
def webhooks_run() -> None:
    """Send what is due (beat, every 3 s, and when something is written). On one worker at a time: addresses may be slow."""
    with slot("webhooks", most=1, seconds=settings.WEBHOOK_LEASE_SECONDS) as is_free:
        if is_free:
            sending.webhooks_run(now=timezone.now())


@shared_task
def webhooks_purge() -> None:
    """Delete old lines of the log (beat, every hour)."""
    sending.webhooks_purge(now=timezone.now())
