"""Stripe pays creators' balances out to their banks, by itself; we note it, and tell them when it fails."""

import logging
from datetime import datetime

from django.db import transaction

from tickets.chart import bank_account, host_account
from tickets.models import Creator, LedgerTransaction, Payout
from tickets.services import ledger
from tickets.services.locks import locked_creator
from tickets.services.telling_money import tell_payout
from tickets.stripe import gateway
from tickets.stripe.shapes import PayoutFacts

logger = logging.getLogger(__name__)

# How far it has come: a payout never goes back in this order, whichever news comes first. What was paid may still fail.
_ORDER = ("pending", "in_transit", "paid", "canceled", "failed")
_CAME_BACK = frozenset({"failed", "canceled"})
_FAILURE_MAX = 300


def payout_sync(*, payout_id: str, account_id: str, now: datetime) -> Payout | None:
    """Read a payout at Stripe, and note it. None for an account that is nobody's. Raises StripeUnavailable, StripeRefused."""
    creator = Creator.objects.filter(stripe_account_id=account_id).first() if account_id else None
    if creator is None:
        return None
    return payout_synced(creator=creator, facts=gateway.payout_get(payout_id, account_id), now=now)


def payout_synced(*, creator: Creator, facts: PayoutFacts, now: datetime) -> Payout:
    """Note what Stripe says of a payout: the row, and the books. Told twice, and in any order, it is the same."""
    with transaction.atomic():
        locked_creator(creator.pk)
        payout = Payout.objects.filter(stripe_payout_id=facts.id).first()
        before = payout.status if payout else ""
        if payout is None:
            payout = Payout(creator=creator, stripe_payout_id=facts.id, created_at=facts.created_at)
        if _place(facts.status) >= _place(before):
            payout.status, payout.failure = facts.status, facts.failure_message[:_FAILURE_MAX]
        payout.amount, payout.currency = facts.amount, facts.currency
        payout.arrives_at, payout.synced_at = facts.arrival_at, now
        payout.save()
        _booked(payout, now=now)
        if payout.status != before:
            tell_payout(payout, now=now)
    return payout


def payouts_sync(*, since: datetime, until: datetime, now: datetime) -> int:
    """Read all payouts that were made from `since` until before `until`, of creators who have earned something.

    For news that got lost. One creator after the other: what goes wrong with one is logged. Returns how many there are.
    """
    earned = LedgerTransaction.objects.filter(creator_id__isnull=False).values("creator_id")
    creators = Creator.objects.filter(pk__in=earned, stripe_account_id__isnull=False)
    found = 0
    for creator in creators.order_by("pk").iterator(chunk_size=200):
        try:
            found += _payouts_of(creator, since=since, until=until, now=now)
        except Exception:
            logger.exception("Could not read the payouts of creator %s", creator.pk)
    open_ones = Payout.objects.filter(status__in=("pending", "in_transit"), created_at__lt=since)
    for payout in open_ones.select_related("creator").order_by("pk"):
        account = payout.creator.stripe_account_id or ""
        try:
            payout_sync(payout_id=payout.stripe_payout_id, account_id=account, now=now)
        except Exception:
            logger.exception("Could not read payout %s", payout.stripe_payout_id)
    return found


def _payouts_of(creator: Creator, *, since: datetime, until: datetime, now: datetime) -> int:
    account, found = creator.stripe_account_id or "", 0
    for facts in gateway.payouts_all(account=account, since=since, until=until):
        payout_synced(creator=creator, facts=facts, now=now)
        found += 1
    return found


def _place(status: str) -> int:
    return _ORDER.index(status) if status in _ORDER else -1


def _booked(payout: Payout, *, now: datetime) -> None:
    host, bank = host_account(payout.creator_id), bank_account(payout.creator_id)
    moves = [("sent", host, bank)]
    if payout.status in _CAME_BACK:
        moves.append(("back", bank, host))
    for what, source, target in moves:
        ledger.post(
            kind=LedgerTransaction.Kind.PAYOUT,
            reference=f"payout:{payout.stripe_payout_id}:{what}",
            transfers=[(source, target, payout.amount)],
            currency=payout.currency,
            creator_id=payout.creator_id,
            payout_id=payout.pk,
            now=now,
        )
