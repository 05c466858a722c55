"""Who may sell, and what they have earned."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Q, Sum
from django.utils.module_loading import import_string

from accounts.models import User
from flags.selectors import flag_on
from spaces_project.lib.errors import SpacesError
from tickets.chart import CARD_FEE, PLATFORM_FEE, host_account
from tickets.errors import AccountNotReady, SellingNotGranted
from tickets.fees import Split, split
from tickets.models import Creator, LedgerEntry, LedgerTransaction, Offer, Tip


def rolled_out(user: Any) -> bool:
    """Whether buying and selling tickets is open to this person at all (flag `tickets`)."""
    return flag_on("tickets", user)


def creator_of(user: User) -> Creator | None:
    """What `user` is as a seller; None for whoever never asked to be one. One query."""
    return Creator.objects.filter(user=user).first()


def selling_refusal(user: User, creator: Creator | None) -> SpacesError | None:
    """Why `user` may not put tickets on sale now; None when they may.

    They need the roll-out, staff's grant, nothing that `SELLING_GATES` have against it, and an account that can be paid.
    """
    if not rolled_out(user) or creator is None or not creator.is_selling_granted:
        return SellingNotGranted()
    if refusal := gates_refusal(user):
        return refusal
    return None if creator.can_be_paid else AccountNotReady()


def gates_refusal(user: User) -> SpacesError | None:
    """What apps above or beside have against `user` taking money (`SELLING_GATES`); None where nothing."""
    for gate in _gates(tuple(settings.SELLING_GATES)):
        if refusal := gate(user):
            return refusal
    return None


def has_fixed_currency(creator: Creator) -> bool:
    """Whether something counts in the creator's currency already. Three queries at most."""
    return (
        Offer.objects.filter(seller=creator).exists()
        or Tip.objects.filter(to=creator).exists()
        or LedgerTransaction.objects.filter(creator_id=creator.pk).exists()
    )


def fees_ahead(creator: Creator, amount: int) -> Split:
    """What a sale at this price would bring the creator now, and what is kept: shown before anything is sold."""
    return split(amount, used=creator.tier_amounts)


def balance(account: str, *, currency: str) -> int:
    """What an account of the ledger holds: all that came to it less all that left it, in minor units. One query."""
    mine = LedgerEntry.objects.filter(Q(credit_account=account) | Q(debit_account=account), currency=currency)
    sums = mine.aggregate(
        came=Sum("amount", filter=Q(credit_account=account)),
        left=Sum("amount", filter=Q(debit_account=account)),
    )
    return (sums["came"] or 0) - (sums["left"] or 0)


def earnings(creator: Creator) -> dict[str, int]:
    """Figures of a creator from the ledger, in minor units of their currency. One query.

    `sales`: gross of tickets paid, `platform_fees` and `card_fees` kept of them, `tips`: received, `refunded`: of the host's
    own money, `disputed`: held back or lost in disputes, `paid_out`, and `balance`: what is theirs and not paid out.
    """
    account = host_account(creator.pk)
    theirs = LedgerEntry.objects.filter(transaction__creator_id=creator.pk, currency=creator.currency)
    kind = "transaction__kind"
    into, out = Q(credit_account=account), Q(debit_account=account)
    sums = theirs.aggregate(
        sales=Sum("amount", filter=Q(**{kind: "order_paid"})),
        platform_fees=Sum("amount", filter=Q(**{kind: "order_paid"}, credit_account=PLATFORM_FEE)),
        card_fees=Sum("amount", filter=Q(**{kind: "order_paid"}, credit_account=CARD_FEE)),
        tips=Sum("amount", filter=into & Q(**{kind: "tip_paid"})),
        refunded=Sum("amount", filter=out & Q(**{kind: "refund"})),
        refunds_back=Sum("amount", filter=into & Q(**{kind: "refund_failed"})),
        disputed=Sum("amount", filter=out & Q(**{kind: "dispute"})),
        disputes_back=Sum("amount", filter=into & Q(**{kind: "dispute"})),
        paid_out=Sum("amount", filter=out & Q(**{kind: "payout"})),
        payouts_back=Sum("amount", filter=into & Q(**{kind: "payout"})),
        came=Sum("amount", filter=into),
        left=Sum("amount", filter=out),
    )
    found = {name: value or 0 for name, value in sums.items()}
    return {
        "sales": found["sales"],
        "platform_fees": found["platform_fees"],
        "card_fees": found["card_fees"],
        "tips": found["tips"],
        "refunded": found["refunded"] - found["refunds_back"],
        "disputed": found["disputed"] - found["disputes_back"],
        "paid_out": found["paid_out"] - found["payouts_back"],
        "balance": found["came"] - found["left"],
    }


@lru_cache(maxsize=4)
def _gates(paths: tuple[str, ...]) -> list[Callable[[User], SpacesError | None]]:
    return [import_string(path) for path in paths]
