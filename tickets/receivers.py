"""What Spaces say that tickets must hear of (after commit): they only enqueue, and beat finds what they missed."""

from typing import Any

from django.dispatch import receiver

from rooms.signals import space_cancelled, space_ended, space_expired
from spaces_project.lib.tasks import enqueue
from tickets.models import Offer


@receiver([space_cancelled, space_expired, space_ended])
def space_is_over(space_id: Any, **_: Any) -> None:
    """Whoever has paid for a Space that does not take place is paid back, and nobody holds or waits for a seat any more."""
    if Offer.objects.filter(space=space_id).exists():
        enqueue("tickets.tasks.space_refunds")
        enqueue("tickets.tasks.holds_expire")
