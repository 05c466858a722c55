"""What is sold for a Space, and how many wait for a seat."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import User
from rooms.models import Space
from rooms.selectors.spaces import Viewer
from tickets.amounts import money
from tickets.errors import OfferNotFound
from tickets.models import Offer, Order, WaitlistEntry


def offer_of(space_id: UUID) -> Offer | None:
    """The offer of a Space, with Space and seller; None where it is free. One query."""
    return Offer.objects.select_related("space", "seller__user").filter(space=space_id).first()


def offer_for(space: Space) -> Offer:
    """The offer of a Space that the asker may see. Raises OfferNotFound."""
    offer = offer_of(space.pk)
    if offer is None:
        raise OfferNotFound()
    return offer


def is_on_sale(offer: Offer, now: datetime) -> bool:
    """Whether seats can be bought now, sold out or not. Reads `space` and `seller`."""
    return (
        offer.state == Offer.State.OPEN
        and (offer.sale_opens_at is None or offer.sale_opens_at <= now)
        and (offer.sale_closes_at is None or now < offer.sale_closes_at)
        and (offer.space.is_scheduled or offer.space.is_live)
        and offer.seller.is_selling_granted
        and offer.seller.can_be_paid
    )


def offer_card(offer: Offer, *, now: datetime) -> dict[str, Any]:
    """An offer as pages and the API show it to anybody: amounts in minor units; `price` in words. No query."""
    return {
        "amount": offer.amount,
        "currency": offer.currency,
        "price": money(offer.amount, offer.currency),
        "seats": offer.seats,
        "seats_left": offer.seats_left,
        "on_sale": is_on_sale(offer, now),
        "sale_opens_at": offer.sale_opens_at,
        "sale_closes_at": offer.sale_closes_at,
        "includes_replay": offer.includes_replay,
    }


def is_sold(offer: Offer) -> bool:
    """Whether somebody has paid a seat, or is paying one: then the price is fixed, and seats may only grow."""
    paying = (Order.State.HELD, Order.State.PAID, Order.State.REFUNDED)
    return Order.objects.filter(offer=offer, state__in=paying).exists()


def open_entry(offer: Offer, user: Viewer) -> WaitlistEntry | None:
    """The entry of `user` in the waitlist that is waiting, or has a seat offered."""
    if not isinstance(user, User):
        return None
    states = (WaitlistEntry.State.WAITING, WaitlistEntry.State.OFFERED)
    return WaitlistEntry.objects.filter(offer=offer, user=user, state__in=states).first()


def waiting_line(offer: Offer) -> QuerySet[WaitlistEntry]:
    """Those who wait, who waits longest first."""
    return WaitlistEntry.objects.filter(offer=offer, state=WaitlistEntry.State.WAITING).order_by(
        "joined_at", "pk"
    )


def queue_position(offer: Offer, user: Viewer) -> int | None:
    """The place of `user` in the waitlist: 1 is next; 0 with a seat kept for them; None for who does not wait. Two queries."""
    entry = open_entry(offer, user)
    if entry is None:
        return None
    if entry.state == WaitlistEntry.State.OFFERED:
        return 0
    earlier = Q(joined_at__lt=entry.joined_at) | Q(joined_at=entry.joined_at, pk__lt=entry.pk)
    return waiting_line(offer).filter(earlier).count() + 1
