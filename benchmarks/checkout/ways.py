"""Ways of holding a seat; each takes the offer, the buyer and the time, and returns when the seat is theirs."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from accounts.models import User
from spaces_project.lib import limits
from tickets.errors import SoldOut
from tickets.models import Offer, Order
from tickets.services.buying import require_may_buy
from tickets.services.checkout import holds_until
from tickets.services.orders import seat_hold


def ours(offer: Offer, buyer: User, now: datetime) -> None:
    """The service: everything is asked first, and the seat is taken by one statement."""
    seat_hold(offer=offer, buyer=buyer, now=now)


def naive(offer: Offer, buyer: User, now: datetime) -> None:
    """As a view is written at first: lock the row, look, write, commit."""
    limits.require("ticket.hold", user=buyer, now=now)
    with transaction.atomic():
        found = Offer.objects.select_for_update(of=("self",)).select_related("space", "seller__user")
        locked = found.get(pk=offer.pk)
        require_may_buy(locked, buyer, now=now)
        _written(locked, buyer, now)


def naive_late(offer: Offer, buyer: User, now: datetime) -> None:
    """The same, but for what can be asked before the row is locked."""
    limits.require("ticket.hold", user=buyer, now=now)
    require_may_buy(offer, buyer, now=now)
    with transaction.atomic():
        _written(Offer.objects.select_for_update().get(pk=offer.pk), buyer, now)


def _written(offer: Offer, buyer: User, now: datetime) -> None:
    if offer.seats_taken >= offer.seats:
        raise SoldOut()
    Order.objects.create(
        offer=offer,
        buyer=buyer,
        description="Morning",
        amount=offer.amount,
        currency=offer.currency,
        held_at=now,
        held_until=holds_until(now),
    )
    offer.seats_taken += 1
    offer.save(update_fields=["seats_taken"])


WAYS: dict[str, Callable[[Offer, User, datetime], None]] = {
    "one statement": ours,
    "select_for_update": naive,
    "select_for_update, asked before": naive_late,
}
