"""Background work for those who run the site."""

from celery import shared_task

from operation.checks import TICK
from spaces_project.lib import heartbeats


@shared_task
def tick() -> None:
    """Show that what beat asks for is done (beat, every 5 s)."""
    heartbeats.heard_of(TICK)
