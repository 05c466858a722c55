"""Orders, tickets and tips as the API shows them to whom they belong."""

from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.selectors import person_card
from tickets.models import Order, Ticket, Tip


def order_card(order: Order, *, now: datetime) -> dict[str, Any]:
    """An order of the reader; reads offer, Space and host."""
    is_held = order.state == Order.State.HELD and order.held_until > now
    return {
        "id": str(order.pk),
        "space": _space_of(order),
        "state": order.state,
        "amount": order.amount,
        "currency": order.currency,
        "refunded_amount": order.refunded_amount,
        "held_until": order.held_until if is_held else None,
        "paid_at": order.paid_at,
        "has_seat": order.has_seat,
        "checkout_url": order.checkout_url if is_held and order.checkout_url else None,
    }


def ticket_row(ticket: Ticket, *, user: User) -> dict[str, Any]:
    """A ticket of the reader; reads order, offer, Space and host."""
    is_valid = ticket.state == Ticket.State.VALID
    return {
        "id": str(ticket.pk),
        "space": _space_of(ticket),
        "state": ticket.state,
        "issued_at": ticket.issued_at,
        "order": str(ticket.order_id) if ticket.order.buyer_id == user.pk else None,
        "may_transfer": is_valid and ticket.offer.space.is_scheduled,
    }


def tip_row(tip: Tip) -> dict[str, Any]:
    """A tip of the reader; reads whom it is for."""
    is_held = tip.state == Tip.State.HELD
    return {
        "id": str(tip.pk),
        "to": person_card(tip.to.user),
        "state": tip.state,
        "amount": tip.amount,
        "card_fee": tip.card_fee,
        "total": tip.total,
        "currency": tip.currency,
        "unnamed": tip.unnamed,
        "message": tip.message,
        "paid_at": tip.paid_at,
        "checkout_url": tip.checkout_url if is_held and tip.checkout_url else None,
    }


def _space_of(row: Order | Ticket) -> dict[str, Any]:
    space = row.offer.space
    return {
        "id": str(space.pk),
        "title": space.title,
        "state": space.state,
        "host": person_card(space.host),
        "url": space.get_absolute_url(),
        "scheduled_at": space.scheduled_at,
        "started_at": space.started_at,
        "ended_at": space.ended_at,
    }
