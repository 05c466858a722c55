"""What the page of a ticketed Space says of its tickets, to whoever looks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q

from accounts.models import User
from rooms.models import Space
from rooms.selectors.spaces import Viewer
from tickets.amounts import money
from tickets.models import Offer, Order, Refund, Ticket, WaitlistEntry
from tickets.selectors.creators import rolled_out, selling_refusal
from tickets.selectors.offers import is_on_sale, offer_card, offer_of, open_entry, queue_position
from tickets.selectors.standing import standing_of
from tickets.selectors.tickets import ticket_of

# From so many on, and below a fifth of all seats, a page says how many are left.
_FEW = 20


@dataclass(frozen=True, slots=True)
class Sales:
    """How the sale stands, for who sells: seats `sold`, being paid for (`held`), `kept` for who waits; how many `waiting`."""

    sold: int
    held: int
    kept: int
    waiting: int


@dataclass(frozen=True, slots=True)
class TicketBox:
    """The offer of a Space and what the reader is to it.

    `state`: "selling" (who sells it, with `sales`) · "free" (host, stage, guests of the offer) · "mine" (with `ticket`) ·
    "held" (with `order`) · "kept" and "waiting" (with `entry`, `position`) · "buy" · "sold_out" · "not_yet" · "closed" · "off".
    """

    offer: Offer
    state: str
    now: datetime
    sales: Sales | None = None
    ticket: Ticket | None = None
    order: Order | None = None
    entry: WaitlistEntry | None = None
    position: int | None = None

    @property
    def price(self) -> str:
        """In words."""
        return money(self.offer.amount, self.offer.currency)

    @property
    def lets_in(self) -> bool:
        """Whether the reader gets in."""
        return self.state in ("selling", "free", "mine")

    @property
    def few_left(self) -> int:
        """How many seats are left where these are few, else 0."""
        left = self.offer.seats_left
        return left if left <= _FEW and left * 5 <= self.offer.seats else 0

    @property
    def may_join_line(self) -> bool:
        """Whether one can wait for a seat."""
        return self.state == "sold_out"

    @property
    def is_stand_in(self) -> bool:
        """Whether no real money moves here."""
        return settings.STRIPE_IS_STAND_IN


def ticket_box(offer: Offer, user: Viewer, *, now: datetime) -> TicketBox:
    """The box for `user`. Four queries at most; one for who sells."""
    if not isinstance(user, User):
        return TicketBox(offer, _sale_state(offer, now), now)
    if user.pk == offer.seller.user_id:
        return TicketBox(offer, "selling", now, sales=sales_of(offer))
    standing = standing_of(offer, user, now=now)
    if standing.has_ticket:
        return TicketBox(offer, "mine", now, ticket=ticket_of(offer.space, user))
    if standing.is_free:
        return TicketBox(offer, "free", now)
    if standing.held_order:
        order = Order.objects.get(pk=standing.held_order)
        return TicketBox(offer, "held", now, order=order)
    if standing.waiting:
        state = "kept" if standing.kept else "waiting"
        entry = open_entry(offer, user)
        return TicketBox(offer, state, now, entry=entry, position=queue_position(offer, user))
    is_closed_to = standing.is_removed or not rolled_out(user)
    return TicketBox(offer, "closed" if is_closed_to else _sale_state(offer, now), now)


def sales_of(offer: Offer) -> Sales:
    """How the sale of an offer stands. One query for the orders, one for the waitlist."""
    orders = offer.orders.aggregate(
        sold=Count("pk", filter=Q(state=Order.State.PAID, has_seat=True)),
        held=Count("pk", filter=Q(state=Order.State.HELD)),
    )
    states = WaitlistEntry.State
    line = offer.waitlist.aggregate(
        kept=Count("pk", filter=Q(state=states.OFFERED)), waiting=Count("pk", filter=Q(state=states.WAITING))
    )
    return Sales(orders["sold"], orders["held"], line["kept"], line["waiting"])


def box_card(box: TicketBox) -> dict[str, Any]:
    """The box as the API shows it."""
    order, entry = box.order, box.entry
    return offer_card(box.offer, now=box.now) | {
        "space": str(box.offer.space_id),
        "me": box.state,
        "ticket": str(box.ticket.pk) if box.ticket else None,
        "order": str(order.pk) if order else None,
        "held_until": order.held_until if order else None,
        "few_left": box.few_left,
        "is_stand_in": box.is_stand_in,
        "position": box.position,
        "kept_until": entry.offer_until if entry else None,
        "sales": {
            "sold": box.sales.sold,
            "held": box.sales.held,
            "kept": box.sales.kept,
            "waiting": box.sales.waiting,
        }
        if box.sales
        else None,
    }


def refunded_by_cancelling(space_id: UUID) -> int:
    """How many tickets are paid back in full if this Space is cancelled now. One query."""
    return Order.objects.filter(offer__space=space_id, state=Order.State.PAID, has_seat=True).count()


def box_of(space: Space, user: Viewer, *, now: datetime) -> TicketBox | None:
    """The box of a Space, None for a free one: no query then, where the Space was read with its offer."""
    if getattr(space, "offer", None) is None:
        return None
    offer = offer_of(space.pk)
    if offer is None:
        return None
    return ticket_box(offer, user, now=now)


def _sale_state(offer: Offer, now: datetime) -> str:
    if not settings.STRIPE_API_KEY:
        return "off"
    if offer.sale_opens_at and offer.sale_opens_at > now:
        return "not_yet"
    if not is_on_sale(offer, now) or selling_refusal(offer.seller.user, offer.seller) is not None:
        return "closed"
    return "buy" if offer.seats_left else "sold_out"


def refund_of(order: Order) -> Refund | None:
    """The newest refund of an order that has not failed. One query."""
    return order.refunds.exclude(state=Refund.State.FAILED).order_by("-pk").first()
