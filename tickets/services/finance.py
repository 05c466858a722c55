"""What staff of finance do with money: each act asks the table of staff, and is written into the audit log."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from flags.models import FeatureFlag
from flags.services import flag_share_set
from moderation.errors import DecisionSelf
from moderation.permissions import Right, require_staff
from moderation.services.decisions import checked_reason
from spaces_project.lib import audit
from tickets.errors import EventNotFailed
from tickets.models import Order, ReconciliationDifference, Refund, StripeEvent, Tip
from tickets.services.refunds import order_refund, refund_retry, tip_refund


def staff_order_refund(
    *, order: Order, by: User, amount: int | None = None, reason: str, now: datetime
) -> Refund:
    """Pay `amount` (minor units; None: all that is left) of an order back, for a `reason` that the log keeps.

    Raises NotAllowed (`staff.not_allowed`, written down), DecisionSelf (the order, or the earnings, are one's own),
    Invalid (`reason`), NothingToRefund, RefundTooMuch.
    """
    require_staff(by, Right.REFUND, now=now)
    _require_not_own(by, order.buyer_id, order.offer.seller.user_id)
    reason = checked_reason(reason)
    with transaction.atomic():
        refund = order_refund(order=order, by=by, amount=amount, note=reason, now=now, as_staff=True)
        _write_down("refund", by, "order", order.pk, reason, _told(refund, order), now, person=order.buyer)
    return refund


def staff_tip_refund(*, tip: Tip, by: User, reason: str, now: datetime) -> Refund:
    """Pay a tip back, with the fee of the card. Raises as `staff_order_refund` does, but RefundTooMuch."""
    require_staff(by, Right.REFUND, now=now)
    _require_not_own(by, tip.sender_id, tip.to.user_id)
    reason = checked_reason(reason)
    with transaction.atomic():
        refund = tip_refund(tip=tip, by=by, note=reason, now=now)
        _write_down("refund", by, "tip", tip.pk, reason, _told(refund, tip), now, person=tip.sender)
    return refund


def staff_refund_retry(*, refund: Refund, by: User, now: datetime) -> Refund:
    """Have a refund that failed tried once more.

    Raises NotAllowed (`staff.not_allowed`, written down), RefundNotFailed, NothingToRefund.
    """
    require_staff(by, Right.REFUND, now=now)
    with transaction.atomic():
        refund = refund_retry(refund=refund, now=now)
        _write_down("refund_retry", by, "refund", refund.pk, "", {"amount": refund.amount}, now)
    return refund


def event_retry(*, event: StripeEvent, by: User, now: datetime) -> StripeEvent:
    """Have an event of Stripe's worked off again that had failed, or that was ignored. Beat takes it within seconds.

    Raises NotAllowed (`staff.not_allowed`, written down), EventNotFailed.
    """
    require_staff(by, Right.RECONCILE, now=now)
    over = (StripeEvent.State.FAILED, StripeEvent.State.IGNORED)
    with transaction.atomic():
        again = StripeEvent.objects.filter(pk=event.pk, state__in=over).update(
            state=StripeEvent.State.RECEIVED,
            tries=0,
            error="",
            due_at=now,
            claim=None,
            claimed_until=None,
            finished_at=None,
        )
        if not again:
            raise EventNotFailed()
        data = {"event": event.event_id, "type": event.type}
        _write_down("stripe_event_retry", by, "stripe_event", event.pk, "", data, now)
    event.refresh_from_db()
    return event


def difference_explain(
    *, difference: ReconciliationDifference, by: User, note: str, now: datetime
) -> ReconciliationDifference:
    """Note why our books and Stripe's differ there; it counts as explained from then on. A later note replaces an earlier one.

    Raises NotAllowed (`staff.not_allowed`, written down), Invalid (`note`).
    """
    require_staff(by, Right.RECONCILE, now=now)
    note = checked_reason(note, field="note")
    with transaction.atomic():
        difference.note, difference.resolved_at = note, now
        difference.save(update_fields=["note", "resolved_at"])
        data = {"run": str(difference.run), "difference": difference.reference}
        _write_down("difference_explain", by, "difference", difference.pk, note, data, now)
    return difference


def roll_out(*, share: int | None, by: User, now: datetime) -> FeatureFlag:
    """Open tickets to `share` per cent of the people; None: to as many as settings say. The log has it from `flags`.

    Raises NotAllowed (`staff.not_allowed`, written down), Invalid (`share`).
    """
    require_staff(by, Right.ROLL_OUT, now=now)
    return flag_share_set(name="tickets", share=share, by=by, now=now)


def _require_not_own(by: User, *people: int) -> None:
    if by.pk in people:
        raise DecisionSelf()


def _told(refund: Refund, paid: Order | Tip) -> dict[str, Any]:
    return {"refund": str(refund.pk), "amount": refund.amount, "currency": paid.currency}


def _write_down(
    act: str,
    by: User,
    kind: str,
    key: Any,
    reason: str,
    data: dict[str, Any],
    now: datetime,
    person: User | None = None,
) -> None:
    audit.record(
        act=f"staff.{act}",
        by=by,
        target_kind=kind,
        target_id=str(key),
        target_handle=person.handle if person else "",
        reason=reason,
        data=data,
        now=now,
    )
