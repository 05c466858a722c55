"""Stripe's books, as lines under the references of our ledger: all of a day (`listed`), or one effect (`asked`)."""

from datetime import datetime

from tickets.models import Creator, LedgerTransaction, Order, Refund, Tip
from tickets.selectors.books import Line
from tickets.stripe import gateway
from tickets.stripe.errors import StripeRefused
from tickets.stripe.shapes import BalanceMove

Kind = LedgerTransaction.Kind

_BACK = frozenset({"failed", "canceled"})


def listed(since: datetime, until: datetime) -> dict[str, Line]:
    """What Stripe has from `since` until before `until`: our own account, and payouts of creators who have earned something.

    Raises StripeUnavailable, StripeRefused.
    """
    found: dict[str, Line] = {}
    for move in gateway.balance_moves_all(since=since, until=until):
        if (line := _line(move)) is not None:
            name = _name(move)
            # Twice under one name: the second is nothing that we know.
            found[name if name not in found else f"{name}#{move.id}"] = line
    earned = LedgerTransaction.objects.filter(creator_id__isnull=False).values("creator_id")
    accounts = Creator.objects.filter(pk__in=earned, stripe_account_id__isnull=False).order_by("pk")
    for account in accounts.values_list("stripe_account_id", flat=True).iterator(chunk_size=200):
        for payout in gateway.payouts_all(account=account or "", since=since, until=until):
            line = Line(payout.amount, payout.currency, stripe_id=payout.id)
            found[f"payout:{payout.id}:sent"] = line
            if payout.status in _BACK:
                found[f"payout:{payout.id}:back"] = line
    return found


def asked(row: LedgerTransaction) -> Line | None:
    """What Stripe says of one effect of ours, by itself; None where there is no such thing. Raises StripeUnavailable."""
    try:
        match row.kind:
            case Kind.ORDER_PAID | Kind.TIP_PAID:
                return _payment(row)
            case Kind.REFUND | Kind.REFUND_FAILED:
                return _refund(row)
            case Kind.DISPUTE:
                return _dispute(row)
            case Kind.PAYOUT:
                return _payout(row)
    except StripeRefused as error:
        if not error.is_missing:
            raise
    return None


def _line(move: BalanceMove) -> Line | None:
    """None for lines that follow from others."""
    if move.type in ("charge", "payment"):
        return Line(move.source_amount or move.amount, _currency(move), move.application_fee, move.source_id)
    if move.type in ("refund", "payment_refund", "refund_failure", "payment_failure_refund", "adjustment"):
        return Line(
            move.source_amount or abs(move.amount), _currency(move), stripe_id=move.source_id or move.id
        )
    return None


def _currency(move: BalanceMove) -> str:
    return move.source_currency or move.currency


def _name(move: BalanceMove) -> str:
    """The reference under which our ledger should have it; that of nothing for what is none of ours."""
    told = move.source_metadata
    if move.source_type == "charge":
        for what in ("order", "tip"):
            if what in told:
                return f"{what}:{told[what]}:paid"
    if move.source_type == "refund" and str(told.get("key", "")).startswith("refund-"):
        key, _, round_ = str(told["key"]).removeprefix("refund-").rpartition("-")
        return f"refund:{key}:{round_}" + (":failed" if "failure" in move.type else "")
    if move.source_type == "dispute":
        return f"dispute:{move.source_id}:{'opened' if move.amount < 0 else 'won'}"
    return f"{move.type}:{move.id}"


def _payment(row: LedgerTransaction) -> Line | None:
    order = Order.objects.filter(pk=row.order_id).first() if row.order_id else None
    tip = Tip.objects.filter(pk=row.tip_id).first() if row.tip_id else None
    paid = order or tip
    if paid is None or not paid.payment_intent_id:
        return None
    payment = gateway.payment_get(paid.payment_intent_id)
    if payment.status != "succeeded":
        return None
    return Line(payment.amount, payment.currency, payment.application_fee, payment.id)


def _refund(row: LedgerTransaction) -> Line | None:
    refund = (
        Refund.objects.select_related("order", "tip").filter(pk=row.refund_id).first()
        if row.refund_id
        else None
    )
    paid = refund and (refund.order or refund.tip)
    if not paid:
        return None
    key = row.reference.removesuffix(":failed").replace(":", "-")
    for answer in gateway.refunds_list(paid.payment_intent_id):
        has_failed = answer.status in _BACK
        if answer.metadata.get("key") == key and (has_failed or row.kind == Kind.REFUND):
            return Line(answer.amount, answer.currency, stripe_id=answer.id)
    return None


def _dispute(row: LedgerTransaction) -> Line | None:
    _, key, step = row.reference.split(":")
    facts = gateway.dispute_get(key)
    amount = facts.withdrawn if step == "opened" else facts.reinstated
    return Line(amount, facts.currency, stripe_id=key) if amount else None


def _payout(row: LedgerTransaction) -> Line | None:
    _, key, step = row.reference.split(":")
    account = (
        Creator.objects.filter(pk=row.creator_id or 0).values_list("stripe_account_id", flat=True).first()
    )
    if not account:
        return None
    facts = gateway.payout_get(key, account)
    if step == "back" and facts.status not in _BACK:
        return None
    return Line(facts.amount, facts.currency, stripe_id=key)
