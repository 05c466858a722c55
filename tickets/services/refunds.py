"""Money goes back: in full or in part, by host, by staff, or by itself.

A refund is a row first (`refund_begin`): with it a ticket that is paid back in full is void at once, and its seat free. Then
beat asks Stripe, under the row's own idempotency key, until Stripe has answered; only then do the books and the order say that
the money is gone.
"""

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from rooms.models import Space
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.tasks import enqueue, enqueue_on_commit
from spaces_project.lib.text import clean_line
from tickets.amounts import money
from tickets.chart import CARD_FEE, CUSTOMER, PLATFORM_FEE, RETURNED, host_account
from tickets.errors import NothingToRefund, NotYourOffer, RefundNotFailed, RefundTooMuch
from tickets.fees import added, paid_back, share_of
from tickets.links import order_path, tip_path
from tickets.models import Creator, LedgerTransaction, Order, Refund, Ticket, Tip
from tickets.services import ledger
from tickets.services.locks import locked_creator, locked_offer, locked_order, locked_tip
from tickets.services.putting_out import holder_put_out
from tickets.services.seats import seat_freed
from tickets.services.telling import tell_changed, tell_refunded, tell_void
from tickets.stripe import gateway
from tickets.stripe.errors import StripeRefused, StripeUnavailable
from tickets.stripe.shapes import RefundResult

logger = logging.getLogger(__name__)

NOTE_MAX_LENGTH = 500
# A round takes so many orders of Spaces that do not take place; the next one comes soon.
FIND_BATCH = 200
_ERROR_MAX = 300
_NOT_PAID_BACK = frozenset({"failed", "canceled"})


def order_refund(
    *,
    order: Order,
    by: User,
    amount: int | None = None,
    note: str = "",
    now: datetime,
    as_staff: bool = False,
) -> Refund:
    """Pay an order back: `amount` minor units, or all that is left (None). All of it makes the ticket void, at once.

    The seller may, and staff (`as_staff`: whoever calls has asked the table of staff). Raises NotYourOffer, NothingToRefund,
    RefundTooMuch.
    """
    if not as_staff and order.offer.seller.user_id != by.pk:
        raise NotYourOffer()
    reason = Refund.Reason.STAFF if as_staff else Refund.Reason.HOST
    with transaction.atomic():
        _, order = locked_order(order.pk)
        chosen = _checked(amount, left=_left(order), currency=order.currency)
        return refund_begin(order=order, amount=chosen, reason=reason, by=by, note=note, now=now)


def tip_refund(*, tip: Tip, by: User, note: str = "", now: datetime) -> Refund:
    """Pay a tip back, with the fee of the card: by staff, whoever calls has asked their table. Raises NothingToRefund."""
    with transaction.atomic():
        _, tip = locked_tip(tip.pk)
        _checked(None, left=_left(tip), currency=tip.currency)
        return _row(tip=tip, amount=_left(tip), reason=Refund.Reason.STAFF, by=by, note=note, now=now)


def refund_begin(
    *,
    order: Order,
    amount: int,
    reason: Refund.Reason,
    by: User | None = None,
    note: str = "",
    now: datetime,
) -> Refund:
    """Write down that `amount` of an order, whose creator is locked, goes back; Stripe is asked soon after the commit.

    With the whole amount the ticket is void, its seat free, and its holder put out of the room after the commit.
    """
    is_whole = amount == _left(order)
    refund = _row(order=order, amount=amount, reason=reason, by=by, note=note, now=now)
    if is_whole:
        ticket_void(order, now=now)
    return refund


def space_refunds(*, now: datetime) -> int:
    """Pay back who has paid for a Space that was cancelled, not started in time, or ended by staff. Beat asks for it every 10
    s, and a signal of such a Space at once. Returns how many orders that were."""
    never = Q(offer__space__state__in=(Space.State.CANCELLED, Space.State.EXPIRED))
    stopped = Q(offer__space__state=Space.State.ENDED, offer__space__end_reason=Space.EndReason.STAFF)
    gone = Order.objects.filter(never | stopped, state=Order.State.PAID, has_seat=True)
    found = list(gone.order_by("pk").values_list("pk", flat=True)[:FIND_BATCH])
    for order_id in found:
        try:
            _refund_of_gone(order_id, now=now)
        except Exception:
            logger.exception("Could not pay order %s back", order_id)
    if len(found) == FIND_BATCH:
        enqueue("tickets.tasks.space_refunds")
    return len(found)


def gone_reason(space: Space) -> Refund.Reason | None:
    """Why everybody is paid back what they paid for this Space; None where nobody is by itself."""
    if space.state == Space.State.CANCELLED:
        return Refund.Reason.CANCELLED
    if space.state == Space.State.EXPIRED:
        return Refund.Reason.NOT_STARTED
    if space.state == Space.State.ENDED and space.end_reason == Space.EndReason.STAFF:
        return Refund.Reason.ENDED_BY_STAFF
    return None


def refunds_run(*, now: datetime) -> int:
    """Ask Stripe for what is due, the oldest first; beat asks for it every 5 s. Returns how many were tried."""
    due = Refund.objects.filter(state=Refund.State.REQUESTED, next_try_at__lte=now)
    found = list(due.order_by("next_try_at", "pk").values_list("pk", flat=True)[: settings.REFUND_BATCH])
    return sum(refund_try(refund_id=refund_id, now=now) for refund_id in found)


def refund_try(*, refund_id: UUID, now: datetime) -> bool:
    """Ask Stripe for one refund, unless another worker does so now, or it is not due. Returns whether it was asked for.

    What Stripe does not answer to is tried again (`REFUND_RETRY_SECONDS`), for `REFUND_GIVE_UP_HOURS`; then it has failed, and
    staff look at it.
    """
    due = Refund.objects.filter(pk=refund_id, state=Refund.State.REQUESTED, next_try_at__lte=now)
    lease = now + timedelta(seconds=settings.REFUND_LEASE_SECONDS)
    if not due.update(
        next_try_at=lease, tries=F("tries") + 1, first_tried_at=Coalesce("first_tried_at", now)
    ):
        return False
    refund = Refund.objects.select_related("order", "tip").get(pk=refund_id)
    paid = refund.order or refund.tip
    assert paid is not None
    assert refund.first_tried_at is not None
    try:
        answer = gateway.refund_create(
            payment_intent_id=paid.payment_intent_id,
            amount=refund.amount,
            reason=refund.reason,
            idempotency_key=refund.idempotency_key,
            reverse_transfer=not refund.came_back,
            refund_application_fee=not refund.came_back,
        )
    except StripeRefused as error:
        refund_failed(refund_id=refund_id, error=str(error), now=now)
    except (StripeUnavailable, SpacesError) as error:
        if now - refund.first_tried_at >= timedelta(hours=settings.REFUND_GIVE_UP_HOURS):
            refund_failed(refund_id=refund_id, error=f"given up: {error}", now=now)
        else:
            _again_later(refund, error, now)
    else:
        if answer.status in _NOT_PAID_BACK:
            refund_failed(refund_id=refund_id, error=answer.failure_reason or answer.status, now=now)
        else:
            refund_succeeded(refund_id=refund_id, stripe_refund_id=answer.id, now=now)
    return True


def refund_succeeded(*, refund_id: UUID, stripe_refund_id: str, now: datetime) -> Refund:
    """Stripe has taken a refund on: order or tip, the creator's sales and the books say so. Told twice it is done once."""
    with transaction.atomic():
        creator, refund = _locked(refund_id)
        if refund.state != Refund.State.REQUESTED:
            return refund
        refund.state, refund.finished_at, refund.next_try_at = Refund.State.SUCCEEDED, now, None
        refund.stripe_refund_id, refund.error = stripe_refund_id, ""
        refund.save(update_fields=["state", "finished_at", "next_try_at", "stripe_refund_id", "error"])
        _booked(refund, creator, now=now)
        _tell(refund, now=now)
    return refund


def refund_failed(*, refund_id: UUID, error: str, now: datetime) -> Refund:
    """Stripe has refused a refund, or it came back from the buyer's bank: staff look at it (`refund_retry`). A ticket that is
    void stays void, and what came back stays the buyer's (account `returned`). Told twice it is done once."""
    with transaction.atomic():
        creator, refund = _locked(refund_id)
        if refund.state == Refund.State.FAILED:
            return refund
        had_succeeded = refund.state == Refund.State.SUCCEEDED
        refund.state, refund.finished_at, refund.next_try_at = Refund.State.FAILED, now, None
        refund.error = clean_line(error)[:_ERROR_MAX]
        refund.came_back = refund.came_back or had_succeeded
        refund.save(update_fields=["state", "finished_at", "next_try_at", "error", "came_back"])
        if had_succeeded:
            _post(refund, creator, [(CUSTOMER, RETURNED, refund.amount)], now=now)
            _noted(_paid_of(refund), -refund.amount)
    logger.error("Refund %s has failed: %s", refund.pk, refund.error)
    return refund


def refund_synced(*, answer: RefundResult, now: datetime) -> Refund | None:
    """Note what Stripe says of a refund that was read a moment ago: it may fail days after it was taken on. Told twice it is
    done once. None where it is none of ours."""
    refund = Refund.objects.filter(stripe_refund_id=answer.id).first() or _asked_as(answer)
    if refund is None:
        return None
    if answer.status in _NOT_PAID_BACK:
        error = answer.failure_reason or answer.status
        return refund_failed(refund_id=refund.pk, error=error, now=now)
    return refund_succeeded(refund_id=refund.pk, stripe_refund_id=answer.id, now=now)


def refund_retry(*, refund: Refund, now: datetime) -> Refund:
    """Try a refund that has failed once more, as a new one for Stripe; whoever calls has asked the table of staff.

    Raises RefundNotFailed, NothingToRefund (the money went back in another way meanwhile).
    """
    with transaction.atomic():
        _, refund = _locked(refund.pk)
        if refund.state != Refund.State.FAILED:
            raise RefundNotFailed()
        if refund.amount > _left(_paid_of(refund)):
            raise NothingToRefund()
        refund.state, refund.finished_at, refund.next_try_at = Refund.State.REQUESTED, None, now
        refund.round += 1
        refund.tries, refund.first_tried_at, refund.stripe_refund_id = 0, None, None
        refund.save()
        enqueue_on_commit("tickets.tasks.refunds_run")
    return refund


def _asked_as(answer: RefundResult) -> Refund | None:
    """The refund that was asked for under the key that Stripe has kept with its answer, which may have been lost."""
    payment = answer.payment_intent_id
    of_payment = Q(order__payment_intent_id=payment) | Q(tip__payment_intent_id=payment)
    asked = Refund.objects.filter(of_payment, stripe_refund_id__isnull=True) if payment else ()
    return next((one for one in asked if one.idempotency_key == answer.metadata.get("key")), None)


def _refund_of_gone(order_id: UUID, *, now: datetime) -> None:
    with transaction.atomic():
        _, order = locked_order(order_id)
        reason = gone_reason(order.offer.space)
        # Asked again under the lock: the host may have paid it back meanwhile.
        if reason is None or not order.has_seat or order.state != Order.State.PAID:
            return
        if left := _left(order):
            refund_begin(order=order, amount=left, reason=reason, now=now)
        else:
            ticket_void(order, now=now)


def ticket_void(order: Order, *, now: datetime) -> None:
    """A paid order, whose creator is locked, has no seat any more, and its ticket lets nobody in: its holder is put out."""
    if order.has_seat:
        offer = locked_offer(order.offer_id)
        order.has_seat = False
        order.save(update_fields=["has_seat"])
        seat_freed(offer, now=now)
    valid = Ticket.objects.filter(order=order, state=Ticket.State.VALID)
    ticket = valid.select_related("holder", "offer__space", "offer__seller").first()
    if ticket is None:
        return
    ticket.state, ticket.void_at = Ticket.State.VOID, now
    ticket.save(update_fields=["state", "void_at"])
    tell_changed(ticket.holder_id, ticket.offer.space, "refunded")
    if ticket.holder_id != order.buyer_id:
        tell_void(ticket, now=now)
    offer_now, holder = ticket.offer, ticket.holder
    transaction.on_commit(lambda: holder_put_out(offer=offer_now, user=holder, now=now), robust=True)


def _row(
    *,
    order: Order | None = None,
    tip: Tip | None = None,
    amount: int,
    reason: Refund.Reason,
    by: User | None,
    note: str,
    now: datetime,
) -> Refund:
    refund = Refund.objects.create(
        order=order,
        tip=tip,
        amount=amount,
        reason=reason,
        note=clean_line(note)[:NOTE_MAX_LENGTH],
        requested_by=by,
        requested_at=now,
        next_try_at=now,
    )
    enqueue_on_commit("tickets.tasks.refunds_run")
    return refund


def _left(paid: Order | Tip) -> int:
    """What is left of a payment that goes back nowhere yet: neither paid back nor asked for."""
    if paid.state not in ("paid", "refunded"):
        return 0
    under_way = paid.refunds.exclude(state=Refund.State.FAILED).aggregate(n=Sum("amount"))["n"] or 0
    # What a bank has taken back, Stripe does not pay back as well.
    disputed = paid.disputes.filter(taken_amount__gt=0).exclude(status="won").aggregate(n=Sum("taken_amount"))
    return max(0, _whole(paid) - under_way - (disputed["n"] or 0))


def _whole(paid: Order | Tip) -> int:
    return paid.amount if isinstance(paid, Order) else paid.total


def _checked(amount: int | None, *, left: int, currency: str) -> int:
    if not left:
        raise NothingToRefund()
    chosen = left if amount is None else amount
    if not 1 <= chosen <= left:
        raise RefundTooMuch(money(left, currency))
    return chosen


def _locked(refund_id: UUID) -> tuple[Creator, Refund]:
    """A refund as it is now, with the creator's row locked."""
    refund = Refund.objects.select_related("order__offer", "tip").get(pk=refund_id)
    creator_id = refund.order.offer.seller_id if refund.order else _paid_of(refund).to_id  # type: ignore[union-attr]
    creator = locked_creator(creator_id)
    found = Refund.objects.select_related(
        "order__offer__space", "order__buyer", "tip__sender", "tip__to__user"
    )
    return creator, found.get(pk=refund_id)


def _paid_of(refund: Refund) -> Order | Tip:
    paid = refund.order or refund.tip
    assert paid is not None
    return paid


def _booked(refund: Refund, creator: Creator, *, now: datetime) -> None:
    """Book a refund that Stripe has taken on, and note it with its order or tip; the creator's sales are less by it."""
    paid, before = _paid_of(refund), _paid_of(refund).refunded_amount
    if refund.came_back:
        _post(refund, creator, [(RETURNED, CUSTOMER, refund.amount)], now=now)
    else:
        platform, card, theirs = paid_back(
            platform_fee=paid.platform_fee if isinstance(paid, Order) else 0,
            card_fee=paid.card_fee,
            whole=_whole(paid),
            refunded=before,
            more=refund.amount,
        )
        transfers = [
            (host_account(creator.pk), CUSTOMER, theirs),
            (PLATFORM_FEE, CUSTOMER, platform),
            (CARD_FEE, CUSTOMER, card),
        ]
        _post(refund, creator, transfers, now=now)
        if isinstance(paid, Order):
            more = {"refunded": before, "more": refund.amount, "whole": paid.amount}
            parts = [share_of(part, **more) for part in paid.tier_amounts]
            creator.tier_amounts = added(creator.tier_amounts, parts, sign=-1)
            creator.lifetime_sales_amount -= refund.amount
            creator.save(update_fields=["tier_amounts", "lifetime_sales_amount"])
    _noted(paid, refund.amount)


def _noted(paid: Order | Tip, more: int) -> None:
    paid.refunded_amount += more
    paid.state = "refunded" if paid.refunded_amount == _whole(paid) else "paid"
    paid.save(update_fields=["refunded_amount", "state"])


def _post(refund: Refund, creator: Creator, transfers: list[ledger.Transfer], *, now: datetime) -> None:
    failed = refund.state == Refund.State.FAILED
    ledger.post(
        kind=LedgerTransaction.Kind.REFUND_FAILED if failed else LedgerTransaction.Kind.REFUND,
        reference=f"{refund.reference}:failed" if failed else refund.reference,
        transfers=transfers,
        currency=_paid_of(refund).currency,
        creator_id=creator.pk,
        order_id=refund.order_id,
        tip_id=refund.tip_id,
        refund_id=refund.pk,
        now=now,
    )


def _again_later(refund: Refund, error: Exception, now: datetime) -> None:
    waits = settings.REFUND_RETRY_SECONDS
    wait = waits[min(refund.tries, len(waits)) - 1]
    Refund.objects.filter(pk=refund.pk, state=Refund.State.REQUESTED).update(
        next_try_at=now + timedelta(seconds=wait), error=str(error)[:_ERROR_MAX]
    )


def _tell(refund: Refund, *, now: datetime) -> None:
    if refund.order is not None:
        order = refund.order
        title, url = order.offer.space.title, order_path(order.pk)
        tell_refunded(refund, payer=order.buyer, currency=order.currency, title=title, url=url, now=now)
    elif refund.tip is not None:
        tip = refund.tip
        title, url = tip.to.user.display_name, tip_path(tip.pk)
        tell_refunded(refund, payer=tip.sender, currency=tip.currency, title=title, url=url, now=now)
