"""What Stripe tells: kept at once, worked off by workers.

An event is a hint. What it is about is read again from Stripe (`SYNCS`), and given to a service whose effect is there once,
however often and in whichever order it is told. So events may be lost, late, doubled and shuffled.
"""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from spaces_project.lib.tasks import enqueue_on_commit
from tickets.models import StripeEvent
from tickets.services.disputes import dispute_sync
from tickets.services.onboarding import account_sync
from tickets.services.orders import checkout_synced
from tickets.services.payouts import payout_sync
from tickets.services.refunds import refund_synced
from tickets.stripe import gateway
from tickets.stripe.errors import StripeRefused, StripeUnavailable
from tickets.stripe.shapes import EventFacts

logger = logging.getLogger(__name__)

_ERROR_MAX = 300
# Reads an object anew, and acts; returns whether it is anything of ours. Gets its id, the account it is of, and `now`.
Sync = Callable[[str, str, datetime], bool]


def webhook_receive(*, event: EventFacts, now: datetime) -> bool:
    """Keep an event that is Stripe's (`stripe.signatures`), and have it worked off soon. Returns whether it is new.

    Of what it says, only what it is about is kept.
    """
    if StripeEvent.objects.filter(event_id=event.id).exists():
        return False
    kept = {"type": event.object_type, "id": event.object_id, "created": event.created_at.isoformat()}
    with transaction.atomic():
        _, is_new = StripeEvent.objects.get_or_create(
            event_id=event.id,
            defaults={
                "type": event.type,
                "account": event.account,
                "payload": kept,
                "received_at": now,
                "due_at": now,
            },
        )
        if is_new:
            enqueue_on_commit("tickets.tasks.events_run")
    return is_new


def events_run(*, now: datetime) -> int:
    """Work off events that are due, the oldest first; beat asks for it every 5 s. Returns how many were taken.

    A worker's claim on one lasts `STRIPE_EVENT_LEASE_SECONDS`; what is done twice is done once.
    """
    claim = uuid.uuid4()
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    due = StripeEvent.objects.filter(free, state=StripeEvent.State.RECEIVED, due_at__lte=now)
    with transaction.atomic():
        batch = due.order_by("due_at", "pk").select_for_update(skip_locked=True)
        ids = list(batch.values_list("pk", flat=True)[: settings.STRIPE_EVENT_BATCH])
        if not ids:
            return 0
        until = now + timedelta(seconds=settings.STRIPE_EVENT_LEASE_SECONDS)
        StripeEvent.objects.filter(pk__in=ids).update(claim=claim, claimed_until=until)
    ours = StripeEvent.objects.filter(claim=claim, state=StripeEvent.State.RECEIVED)
    for event in ours.order_by("due_at", "pk"):
        _work_off(event, now=now)
    return len(ids)


def _work_off(event: StripeEvent, *, now: datetime) -> None:
    sync = SYNCS.get(event.type)
    key = str(event.payload.get("id", ""))
    try:
        is_ours = bool(sync and key) and sync(key, event.account, now)  # type: ignore[misc]
    except StripeUnavailable as error:
        _again_later(event, error, now=now)
    except StripeRefused as error:
        # It is not there (any more), or not for us to see.
        _close(event, StripeEvent.State.IGNORED, error=str(error), now=now)
    except Exception as error:
        logger.exception("Could not work off %s (%s)", event.event_id, event.type)
        _again_later(event, error, now=now)
    else:
        _close(event, StripeEvent.State.DONE if is_ours else StripeEvent.State.IGNORED, now=now)


def _close(event: StripeEvent, state: StripeEvent.State, *, error: str = "", now: datetime) -> None:
    StripeEvent.objects.filter(pk=event.pk, state=StripeEvent.State.RECEIVED).update(
        state=state, error=error[:_ERROR_MAX], finished_at=now, claim=None, claimed_until=None
    )


def _again_later(event: StripeEvent, error: Exception, *, now: datetime) -> None:
    """After the next of STRIPE_EVENT_RETRY_SECONDS; when these are used up, it has failed, and staff look at it."""
    waits = settings.STRIPE_EVENT_RETRY_SECONDS
    tries = event.tries + 1
    StripeEvent.objects.filter(pk=event.pk).update(tries=tries)
    if tries > len(waits):
        logger.error("Gave up %s (%s): %s", event.event_id, event.type, error)
        _close(event, StripeEvent.State.FAILED, error=f"{type(error).__name__}: {error}", now=now)
        return
    StripeEvent.objects.filter(pk=event.pk, state=StripeEvent.State.RECEIVED).update(
        due_at=now + timedelta(seconds=waits[tries - 1]),
        error=f"{type(error).__name__}: {error}"[:_ERROR_MAX],
        claim=None,
        claimed_until=None,
    )


def _checkout(key: str, account: str, now: datetime) -> bool:
    return checkout_synced(session=gateway.checkout_get(key), now=now) is not None


def _refund(key: str, account: str, now: datetime) -> bool:
    return refund_synced(answer=gateway.refund_get(key), now=now) is not None


def _dispute(key: str, account: str, now: datetime) -> bool:
    return dispute_sync(dispute_id=key, now=now) is not None


def _account(key: str, account: str, now: datetime) -> bool:
    # Of an account that has left us, the event is about our own application.
    return account_sync(account_id=account or key, now=now) is not None


def _payout(key: str, account: str, now: datetime) -> bool:
    return payout_sync(payout_id=key, account_id=account, now=now) is not None


# By the type of the event: what is read again. Others are kept and ignored. docs/operation.md lists them for Stripe's settings.
SYNCS: dict[str, Sync] = {
    "checkout.session.completed": _checkout,
    "checkout.session.async_payment_succeeded": _checkout,
    "checkout.session.async_payment_failed": _checkout,
    "checkout.session.expired": _checkout,
    "refund.created": _refund,
    "refund.updated": _refund,
    "refund.failed": _refund,
    "charge.dispute.created": _dispute,
    "charge.dispute.updated": _dispute,
    "charge.dispute.closed": _dispute,
    "charge.dispute.funds_withdrawn": _dispute,
    "charge.dispute.funds_reinstated": _dispute,
    "account.updated": _account,
    "account.application.deauthorized": _account,
    "payout.created": _payout,
    "payout.updated": _payout,
    "payout.paid": _payout,
    "payout.failed": _payout,
    "payout.canceled": _payout,
}
