"""Hand work to the workers. A task is named, not imported: tasks stand above what has them done."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)


def enqueue(name: str, *args: object) -> None:
    """Have a worker do the task `name` ("social.tasks.fanouts_run") soon. Without a broker it is logged, not raised:
    what must be done for certain is a row in the database, which beat comes back to."""
    try:
        current_app.send_task(name, args=list(args))
    except OperationalError as error:
        logger.warning("No broker for %s: %s", name, error)


def enqueue_on_commit(name: str, *args: object) -> None:
    """As `enqueue`, once the current transaction is committed."""
    transaction.on_commit(lambda: enqueue(name, *args), robust=True)
