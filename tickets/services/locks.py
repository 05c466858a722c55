"""Locks of tickets, after those of rooms, always taken in one order: creator → offer → order (or tip) → ticket.

The state of an order or a tip changes under its creator's lock alone, so that of a payment, an expiry and a refund that come
at once one happens after the other. A hold takes no lock but the offer's, for the length of one statement (`seats`).
"""

from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from tickets.errors import OfferNotFound, OrderNotFound
from tickets.models import Creator, Offer, Order, Tip

Row = TypeVar("Row", bound=Model)


def locked_creator(creator_id: int) -> Creator:
    """A creator with their row locked."""
    return _for_update(Creator.objects.filter(pk=creator_id)).get()


def locked_offer(offer_id: int) -> Offer:
    """An offer with its row locked, with Space and seller as they are now. Raises OfferNotFound."""
    offer = _for_update(Offer.objects.filter(pk=offer_id)).first()
    if offer is None:
        raise OfferNotFound()
    return offer


def locked_order(order_id: UUID) -> tuple[Creator, Order]:
    """An order as it is now, with its creator's row locked: nobody else changes its state. Raises OrderNotFound."""
    seller = Order.objects.filter(pk=order_id).values_list("offer__seller_id", flat=True).first()
    if seller is None:
        raise OrderNotFound()
    creator = locked_creator(seller)
    return creator, Order.objects.select_related("offer__space__host", "buyer").get(pk=order_id)


def locked_tip(tip_id: UUID) -> tuple[Creator, Tip]:
    """A tip as it is now, with its creator's row locked. Raises OrderNotFound."""
    creator_id = Tip.objects.filter(pk=tip_id).values_list("to_id", flat=True).first()
    if creator_id is None:
        raise OrderNotFound()
    creator = locked_creator(creator_id)
    return creator, Tip.objects.select_related("to__user", "sender", "space").get(pk=tip_id)


def _for_update(rows: QuerySet[Row]) -> QuerySet[Row]:
    """The rows, locked when they are read. The one place: tests take it out to show what it is for."""
    return rows.select_for_update(no_key=True)
