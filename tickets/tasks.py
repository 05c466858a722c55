"""Background work of tickets; each task is named after the service it calls."""

import logging

from celery import shared_task
from django.utils import timezone

from tickets.services import checkout, orders, putting_out, reconciliation, refunds, tips, waitlist, webhooks
from tickets.stripe.errors import PaymentsOff, StripeUnavailable

logger = logging.getLogger(__name__)


@shared_task
def holds_expire() -> None:
    """Let go of what was not paid in time, and of seats that were kept long enough (beat, every 5 s)."""
    now = timezone.now()
    orders.orders_expire_due(now=now)
    tips.tips_expire_due(now=now)
    waitlist.waitlist_lapse_due(now=now)


@shared_task
def checkout_close(session_id: str) -> None:
    """Let nobody pay on a page whose hold is over; what was paid there just before is noted. If Stripe does not answer, the
    page closes by itself later, and a payment until then is dealt with as a late one."""
    try:
        session = checkout.checkout_close(session_id)
    except (StripeUnavailable, PaymentsOff) as error:
        logger.warning("Could not close %s: %s", session_id, error)
        return
    orders.checkout_synced(session=session, now=timezone.now())


@shared_task
def refunds_run() -> None:
    """Ask Stripe for the refunds that are due (beat, every 5 s)."""
    refunds.refunds_run(now=timezone.now())


@shared_task
def space_refunds() -> None:
    """Pay back who paid for Spaces that do not take place (beat, every 10 s; at once when one is called off)."""
    refunds.space_refunds(now=timezone.now())


@shared_task
def put_out_again() -> None:
    """Put out whose ticket became void while they came in (beat, every 2 s)."""
    putting_out.put_out_again(now=timezone.now())


@shared_task
def events_run() -> None:
    """Work off what Stripe has told (beat, every 5 s; at once when something comes)."""
    webhooks.events_run(now=timezone.now())


@shared_task
def books_due() -> None:
    """Read what may have changed unheard, and compare our books with Stripe's (beat, every hour; a day once)."""
    try:
        reconciliation.books_due(now=timezone.now())
    except (StripeUnavailable, PaymentsOff) as error:
        logger.warning("Stripe's books could not be read: %s", error)
