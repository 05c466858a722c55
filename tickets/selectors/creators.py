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
from tickets.errors import AccountNotReady, NothingEarned, SellingNotGranted
from tickets.fees import Split, split
from tickets.models import Creator, LedgerEntry, LedgerTransaction, Offer, Tip


def rolled_out(user: Any) -> bool:
    """Whether buying and selling tickets is open to this person at all (flag `tickets`)."""
    return flag_on("tickets", user)


def creator_of(user: User) -> Creator | None:
    """What `user` is as a seller; None for whoever never asked to be one. One query."""
    return Creator.objects.filter(user=user).first()


def creator_for(user: User) -> Creator:
    """What `user` is as a seller. Raises NothingEarned for whoever never asked to be one."""
    creator = creator_of(user)
    if creator is None:
        raise NothingEarned()
    return creator


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


@lru_cache(maxsize=4)
def _gates(paths: tuple[str, ...]) -> list[Callable[[User], SpacesError | None]]:
    return [import_string(path) for path in paths]
