"""Stripe's page on which an order or a tip is paid: made once, read again whenever somebody hints that something has happened.

Everything here speaks to Stripe: call it outside of transactions.
"""

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from tickets import links
from tickets.models import Order, Tip
from tickets.stripe import gateway
from tickets.stripe.errors import StripeRefused, StripeUnavailable
from tickets.stripe.shapes import CheckoutSession

logger = logging.getLogger(__name__)

# Stripe closes a page by itself after half an hour at the earliest, counted from when it is made. We close it when the hold is
# over (`checkout_close`); this is for when that fails, and must hold however late within the hold the page is made.
_CLOSES_AFTER = timedelta(minutes=35)

Paid = Order | Tip


def checkout_make(paid: Paid) -> Paid:
    """Give an order or tip its page at Stripe (`checkout_url`), and return it. Asked twice, or at once, it is the same page.

    Raises StripeUnavailable (ask again), StripeRefused, PaymentsOff.
    """
    if paid.checkout_url:
        return paid
    try:
        session = _made(paid)
    except StripeUnavailable:
        # In another tab the same may be under way, or done.
        if type(paid)._default_manager.filter(pk=paid.pk, checkout_session_id__isnull=True).exists():
            raise
        paid.refresh_from_db(fields=["checkout_url", "checkout_session_id"])
        return paid
    _kept(paid, session)
    return paid


def checkout_read(paid: Paid) -> CheckoutSession | None:
    """What Stripe says of the page now; None where there never was one. Raises StripeUnavailable, StripeRefused."""
    return gateway.checkout_get(paid.checkout_session_id) if paid.checkout_session_id else None


def checkout_close(session_id: str) -> CheckoutSession:
    """Let nobody pay there any more. Returns what has become of it: expired, or complete where somebody was faster.

    Raises StripeUnavailable, StripeRefused.
    """
    try:
        return gateway.checkout_expire(session_id)
    except StripeRefused:
        return gateway.checkout_get(session_id)


def paid_with(session: CheckoutSession) -> Paid | None:
    """The order or tip that this page is for; None where it is none of ours."""
    for model, name in ((Order, "order"), (Tip, "tip")):
        condition = Q(checkout_session_id=session.id)
        if (key := _uuid(session.metadata.get(name))) is not None:
            # Its id may not have been kept: the process ended between the answer and the row.
            condition |= Q(pk=key, checkout_session_id__isnull=True)
        found: Paid | None = model._default_manager.filter(condition).first()
        if found is not None:
            _kept(found, session)
            return found
    return None


def _made(paid: Paid) -> CheckoutSession:
    is_order = isinstance(paid, Order)
    path = links.order_path(paid.pk) if is_order else links.tip_path(paid.pk)
    return gateway.checkout_create(
        order_ref=str(paid.pk),
        currency=paid.currency,
        success_url=links.after_paying(path),
        expires_at=paid.held_until + _CLOSES_AFTER,
        idempotency_key=paid.idempotency_key,
        metadata={"order" if is_order else "tip": str(paid.pk)},
        **(_order_terms(paid) if isinstance(paid, Order) else _tip_terms(paid)),
    )


def _order_terms(order: Order) -> dict[str, Any]:
    offer = order.offer
    return {
        "description": order.description,
        "amount": order.amount,
        "application_fee": order.application_fee,
        "destination": offer.seller.stripe_account_id or "",
        "cancel_url": links.after_turning_back(offer.space, links.MY_TICKETS),
        "customer_email": order.buyer.email,
    }


def _tip_terms(tip: Tip) -> dict[str, Any]:
    return {
        "description": f"Tip to {tip.to.user.display_name}",
        "amount": tip.total,
        "application_fee": tip.card_fee,
        "destination": tip.to.stripe_account_id or "",
        "cancel_url": links.after_turning_back(tip.space, tip.to.user.get_absolute_url()),
        "customer_email": tip.sender.email,
    }


def _kept(paid: Paid, session: CheckoutSession) -> None:
    """Keep the page with its row, unless it is there."""
    rows = type(paid)._default_manager.filter(pk=paid.pk, checkout_session_id__isnull=True)
    rows.update(checkout_session_id=session.id, checkout_url=session.url)
    paid.refresh_from_db(fields=["checkout_url", "checkout_session_id"])


def _uuid(value: object) -> UUID | None:
    try:
        return UUID(str(value))
    except ValueError:
        return None


def holds_until(now: datetime) -> datetime:
    """Until when what is begun now is held."""
    return now + timedelta(minutes=settings.TICKETS_HOLD_MINUTES)
