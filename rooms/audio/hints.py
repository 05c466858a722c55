"""What each of LiveKit's webhooks makes us look at again."""

import logging

from celery import current_app
from kombu.exceptions import OperationalError
from livekit.protocol.webhook import WebhookEvent

logger = logging.getLogger(__name__)

# Somebody came in, or something new is published: is it as the database says?
CHECK_PARTICIPANT = frozenset({"participant_joined", "track_published"})


def hint(event: WebhookEvent) -> None:
    """Have a worker re-read from LiveKit what the event is about; events that tell us nothing are passed over.

    The task is named, not imported: tasks stand above this package.
    """
    if event.event not in CHECK_PARTICIPANT or not event.room.name or not event.participant.identity:
        return
    try:
        current_app.send_task(
            "rooms.tasks.participant_check", args=[event.room.name, event.participant.identity]
        )
    except OperationalError as error:
        logger.warning("No broker for a hint from LiveKit: %s (reconciliation will see it)", error)
