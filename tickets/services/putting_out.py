"""Whoever has no ticket any more is put out of the live room and its sound."""

from datetime import datetime, timedelta

from accounts.models import User
from rooms.models import Space
from rooms.selectors.spaces import participation_of
from rooms.services.putting_out import space_put_out
from tickets.models import Offer
from tickets.selectors.tickets import may_enter, put_out_due

# A join may have passed the gates at the very moment of the refund; tokens of LiveKit live for ten minutes.
_LOOK_BACK = timedelta(minutes=15)
_BATCH = 200


def holder_put_out(*, offer: Offer, user: User, now: datetime) -> bool:
    """Put `user` out of the live Space of this offer, unless something else than a ticket lets them in. Returns whether it
    did."""
    space = Space.objects.get(pk=offer.space_id)
    if not space.is_live or may_enter(offer, user, participation_of(space=space, user=user)):
        return False
    space_put_out(space_id=space.pk, user=user, reason="ticket", now=now)
    return True


def put_out_again(*, now: datetime) -> int:
    """Put out those who came in at the very moment in which their ticket became void. Beat asks for it every 2 s. Returns how
    many."""
    found = list(put_out_due(since=now - _LOOK_BACK)[:_BATCH])
    for participation in found:
        space_put_out(space_id=participation.space_id, user=participation.user, reason="ticket", now=now)
    return len(found)
