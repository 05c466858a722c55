"""A buyer's bank takes a payment back, and decides some weeks later.

While it decides, what it took lies in `disputes`, taken from whom it belonged to: the creator's part from the creator (Stripe
reverses the transfer to their account), ours from our fees. Won, it goes back; lost, it is the customer's, and the ticket lets
nobody in any more. Stripe's own fee for a dispute is ours to bear.
"""

import logging
from datetime import datetime

from django.db import transaction

from tickets.chart import CARD_FEE, CUSTOMER, DISPUTE_FEE, DISPUTES, PLATFORM_FEE, STRIPE, host_account
from tickets.fees import added, paid_back, share_of
from tickets.models import Creator, Dispute, LedgerTransaction, Order, Tip
from tickets.services import ledger
from tickets.services.locks import locked_order, locked_tip
from tickets.services.orders import checkout_synced
from tickets.services.refunds import ticket_void
from tickets.services.telling_money import tell_dispute
from tickets.stripe import gateway
from tickets.stripe.errors import StripeRefused
from tickets.stripe.shapes import DisputeFacts

logger = logging.getLogger(__name__)

# After these nothing changes any more.
FINAL = frozenset({"won", "lost", "warning_closed", "prevented"})
_REASON_MAX = 50


def dispute_sync(*, dispute_id: str, now: datetime) -> Dispute | None:
    """Read a dispute at Stripe, and note it. None where the payment is none of ours.

    Raises StripeUnavailable, StripeRefused.
    """
    return dispute_synced(facts=gateway.dispute_get(dispute_id), now=now)


def dispute_synced(*, facts: DisputeFacts, now: datetime) -> Dispute | None:
    """Note what Stripe says of a dispute that was read a moment ago: the row, the books, the ticket; then move the creator's
    part. Told twice, and in any order, it is the same. None where the payment is none of ours. Raises StripeUnavailable: what
    is noted stays, and the rest is done when it is told again."""
    paid = _paid_of(facts, now=now)
    if paid is None:
        return None
    dispute = _noted(facts, paid, now=now)
    _moved(dispute, paid)
    return dispute


def disputes_sync(*, since: datetime, until: datetime, now: datetime) -> int:
    """Read all disputes that were opened from `since` until before `until`, and older ones that are open, for news that got
    lost. What goes wrong with one is logged. Returns how many were opened. Raises StripeUnavailable."""
    found = 0
    for facts in gateway.disputes_all(since=since, until=until):
        _quietly(facts.id, facts, now=now)
        found += 1
    older = Dispute.objects.exclude(status__in=FINAL).filter(opened_at__lt=since).order_by("pk")
    for key in older.values_list("stripe_dispute_id", flat=True):
        _quietly(key, None, now=now)
    return found


def _quietly(key: str, facts: DisputeFacts | None, *, now: datetime) -> None:
    try:
        dispute_synced(facts=facts or gateway.dispute_get(key), now=now)
    except Exception:
        logger.exception("Could not note dispute %s", key)


def _paid_of(facts: DisputeFacts, *, now: datetime) -> Order | Tip | None:
    """What was paid. That it was may not have been heard of yet: then it is noted first."""
    if not facts.payment_intent_id:
        return None
    if found := _paid_with(facts.payment_intent_id):
        return found
    metadata = gateway.payment_get(facts.payment_intent_id).metadata
    for model, name in ((Order, "order"), (Tip, "tip")):
        if name in metadata:
            session = (
                model._default_manager.filter(pk=metadata[name])
                .values_list("checkout_session_id", flat=True)
                .first()
            )
            if session:
                checkout_synced(session=gateway.checkout_get(session), now=now)
    return _paid_with(facts.payment_intent_id)


def _paid_with(payment_intent_id: str) -> Order | Tip | None:
    return (
        Order.objects.filter(payment_intent_id=payment_intent_id).first()
        or Tip.objects.filter(payment_intent_id=payment_intent_id).first()
    )


def _noted(facts: DisputeFacts, paid: Order | Tip, *, now: datetime) -> Dispute:
    with transaction.atomic():
        creator, paid = locked_order(paid.pk) if isinstance(paid, Order) else locked_tip(paid.pk)
        dispute = Dispute.objects.filter(stripe_dispute_id=facts.id).first()
        before = (dispute.status, dispute.taken_amount) if dispute else ("", 0)
        if dispute is None:
            dispute = Dispute(
                stripe_dispute_id=facts.id,
                order=paid if isinstance(paid, Order) else None,
                tip=paid if isinstance(paid, Tip) else None,
                opened_at=facts.created_at,
                currency=paid.currency,
            )
        if dispute.status in FINAL and facts.status not in FINAL:
            # Older news, that was read before and comes later.
            return dispute
        dispute.status, dispute.reason, dispute.amount = (
            facts.status,
            facts.reason[:_REASON_MAX],
            facts.amount,
        )
        dispute.evidence_due_at, dispute.synced_at = facts.evidence_due_at, now
        dispute.taken_amount = facts.withdrawn
        platform, card, dispute.host_amount = _parts(paid, facts.withdrawn)
        if facts.status in FINAL and dispute.closed_at is None:
            dispute.closed_at = now
        dispute.save()
        _booked(dispute, facts, paid, creator, ours=(platform, card), now=now)
        if before != (dispute.status, dispute.taken_amount):
            tell_dispute(dispute, creator, now=now)
    return dispute


def _parts(paid: Order | Tip, taken: int) -> tuple[int, int, int]:
    """Whose what was taken was: of our fee, for the card, the creator's. What was paid back before is no part of it."""
    whole = paid.amount if isinstance(paid, Order) else paid.total
    return paid_back(
        platform_fee=paid.platform_fee if isinstance(paid, Order) else 0,
        card_fee=paid.card_fee,
        whole=whole,
        refunded=max(0, whole - taken),
        more=min(taken, whole),
    )


def _booked(
    dispute: Dispute,
    facts: DisputeFacts,
    paid: Order | Tip,
    creator: Creator,
    *,
    ours: tuple[int, int],
    now: datetime,
) -> None:
    """Book how far it has come: each step once."""
    parts = [
        (host_account(creator.pk), dispute.host_amount),
        (PLATFORM_FEE, ours[0]),
        (CARD_FEE, ours[1]),
    ]
    steps: dict[str, list[ledger.Transfer]] = {}
    if facts.withdrawn:
        steps["opened"] = [(account, DISPUTES, part) for account, part in parts]
    if facts.fee:
        steps["fee"] = [(DISPUTE_FEE, STRIPE, facts.fee)]
    if facts.reinstated:
        steps["won"] = [(DISPUTES, account, part) for account, part in parts]
    if facts.fee_returned:
        steps["fee_back"] = [(STRIPE, DISPUTE_FEE, facts.fee_returned)]
    if facts.status == "lost" and facts.withdrawn:
        steps["lost"] = [(DISPUTES, CUSTOMER, facts.withdrawn)]
    for step, transfers in steps.items():
        booked = ledger.post(
            kind=LedgerTransaction.Kind.DISPUTE,
            reference=f"dispute:{facts.id}:{step}",
            transfers=transfers,
            currency=facts.fee_currency if step in ("fee", "fee_back") else dispute.currency,
            creator_id=creator.pk,
            order_id=paid.pk if isinstance(paid, Order) else None,
            tip_id=paid.pk if isinstance(paid, Tip) else None,
            dispute_id=dispute.pk,
            now=now,
        )
        if booked and step == "lost" and isinstance(paid, Order):
            _sale_undone(paid, creator, facts.withdrawn, now=now)


def _sale_undone(order: Order, creator: Creator, amount: int, *, now: datetime) -> None:
    """The customer has the money: it was no sale, and is no ticket."""
    before = max(0, order.amount - amount)
    parts = [
        share_of(part, refunded=before, more=order.amount - before, whole=order.amount)
        for part in order.tier_amounts
    ]
    creator.tier_amounts = added(creator.tier_amounts, parts, sign=-1)
    creator.lifetime_sales_amount = max(0, creator.lifetime_sales_amount - amount)
    creator.save(update_fields=["tier_amounts", "lifetime_sales_amount"])
    ticket_void(order, now=now)


def _moved(dispute: Dispute, paid: Order | Tip) -> None:
    """Have Stripe take the creator's part from their account, or give it back, once. Outside of transactions.

    What Stripe refuses is logged, for finance to settle with the creator: the books say whose it is.
    """
    key = dispute.stripe_dispute_id
    try:
        if dispute.host_amount and not dispute.transfer_reversal_id and dispute.status != "won":
            payment = gateway.payment_get(paid.payment_intent_id)
            reversal = gateway.transfer_reverse(
                transfer_id=payment.transfer_id,
                amount=dispute.host_amount,
                reason=f"dispute {key}",
                idempotency_key=f"dispute-{key}-taken",
            )
            _keep(dispute, transfer_reversal_id=reversal.id)
            # It may have been won while we took it.
            dispute.refresh_from_db(fields=["status", "transfer_back_id"])
        if dispute.status == "won" and dispute.transfer_reversal_id and not dispute.transfer_back_id:
            creator = paid.offer.seller if isinstance(paid, Order) else paid.to
            back = gateway.transfer_create(
                destination=creator.stripe_account_id or "",
                amount=dispute.host_amount,
                currency=dispute.currency,
                reason=f"dispute {key} won",
                idempotency_key=f"dispute-{key}-back",
            )
            _keep(dispute, transfer_back_id=back.id)
    except StripeRefused as error:
        logger.error("The creator's part of dispute %s was not moved: %s", key, error)


def _keep(dispute: Dispute, **moved: str) -> None:
    Dispute.objects.filter(pk=dispute.pk).update(**moved)
    for name, value in moved.items():
        setattr(dispute, name, value)
