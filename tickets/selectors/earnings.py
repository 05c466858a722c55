"""Where a creator's money came from, and where it went.

Everything here is read from the ledger alone, by the same sums: so each page agrees with it, and with every other, to the cent.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from tickets.chart import CARD_FEE, CUSTOMER, PLATFORM_FEE, RETURNED, host_account
from tickets.models import Creator, LedgerEntry, LedgerTransaction, Offer, Order, Tip
from tickets.periods import ALL_TIME, Period

_KINDS = LedgerTransaction.Kind
_REFUNDS = (_KINDS.REFUND, _KINDS.REFUND_FAILED)


@dataclass(slots=True)
class Figures:
    """What moved, in minor units of one currency; each as the creator reads it, so that a loss is a positive number.

    `sold` tickets for `sales` in all, of which `platform_fees` and `card_fees` were kept; `tips`; `refunded` of the creator's
    own money, `paid_back` with what came from the fees; `disputed`; `adjusted` (signed); `paid_out` to their bank.
    """

    currency: str
    sold: int = 0
    sales: int = 0
    platform_fees: int = 0
    card_fees: int = 0
    tips: int = 0
    refunded: int = 0
    paid_back: int = 0
    disputed: int = 0
    adjusted: int = 0
    paid_out: int = 0

    @property
    def from_tickets(self) -> int:
        """What the sales brought the creator, before anything was paid back."""
        return self.sales - self.platform_fees - self.card_fees

    @property
    def earned(self) -> int:
        """What is the creator's of all that moved."""
        return self.from_tickets + self.tips - self.refunded - self.disputed + self.adjusted

    @property
    def change(self) -> int:
        """By how much the creator's account changed."""
        return self.earned - self.paid_out

    def add(self, moved: "Moved", *, host: str) -> None:
        """Count transfers of one kind between two accounts."""
        to_host = moved.amount * ((moved.credit == host) - (moved.debit == host))
        if moved.kind == _KINDS.ORDER_PAID:
            self.sold = max(self.sold, moved.count)
            self.sales += moved.amount
            self.platform_fees += moved.amount * (moved.credit == PLATFORM_FEE)
            self.card_fees += moved.amount * (moved.credit == CARD_FEE)
        elif moved.kind == _KINDS.TIP_PAID:
            self.tips += to_host
        elif moved.kind in _REFUNDS:
            self.refunded -= to_host
            # What came back from a bank is the buyer's all the same: sent again, it is no other refund.
            self.paid_back += moved.amount * (moved.credit == CUSTOMER and moved.debit != RETURNED)
        elif moved.kind == _KINDS.DISPUTE:
            self.disputed -= to_host
        elif moved.kind == _KINDS.PAYOUT:
            self.paid_out -= to_host
        else:
            self.adjusted += to_host


@dataclass(frozen=True, slots=True)
class Moved:
    """Transfers of one kind from one account to another, together: `count` transactions, `amount` minor units."""

    kind: str
    debit: str
    credit: str
    currency: str
    amount: int
    count: int


@dataclass(frozen=True, slots=True)
class Statement:
    """What moved in a period, and the creator's balance before (`opening`) and after it (`closing`)."""

    figures: Figures
    opening: int

    @property
    def currency(self) -> str:
        """The currency of everything in it."""
        return self.figures.currency

    @property
    def closing(self) -> int:
        """The balance at the end: for all time it is what the ledger holds for them now."""
        return self.opening + self.figures.change


def statements(creator: Creator, period: Period = ALL_TIME) -> list[Statement]:
    """One statement for each currency in which something moved, that of the creator first, also when nothing has. Two queries
    at most."""
    host = host_account(creator.pk)
    theirs = LedgerEntry.objects.filter(transaction__creator_id=creator.pk)
    openings = _openings(theirs, host, period.since)
    found = {creator.currency: Figures(creator.currency)}
    for currency in openings:
        found.setdefault(currency, Figures(currency))
    for _, moved in _moved(theirs, period):
        found.setdefault(moved.currency, Figures(moved.currency)).add(moved, host=host)
    return [Statement(figures, openings.get(currency, 0)) for currency, figures in found.items()]


def figures_by_order(creator: Creator, orders: Collection[Order]) -> dict[Any, Figures]:
    """What moved for each of these orders of the creator's: id of the order -> Figures. One query."""
    ids = [order.pk for order in orders]
    theirs = LedgerEntry.objects.filter(transaction__order_id__in=ids)
    found = {order.pk: Figures(order.currency) for order in orders}
    for key, moved in _moved(theirs.annotate(key=F("transaction__order_id")), ALL_TIME):
        found[key].add(moved, host=host_account(creator.pk))
    return found


def figures_by_offer(
    creator: Creator, offers: Collection[Offer], period: Period = ALL_TIME
) -> dict[int, Figures]:
    """What moved for the tickets of each of these offers: id of the offer -> Figures. One query."""
    orders = Order.objects.filter(offer__in=[offer.pk for offer in offers])
    theirs = LedgerEntry.objects.filter(transaction__order_id__in=orders.values("pk"))
    offer_of = Order.objects.filter(pk=OuterRef("transaction__order_id")).values("offer_id")
    found = {offer.pk: Figures(offer.currency) for offer in offers}
    for key, moved in _moved(theirs.annotate(key=Subquery(offer_of[:1])), period):
        found[key].add(moved, host=host_account(creator.pk))
    return found


def figures_by_space(creator: Creator, space_ids: Collection[UUID]) -> dict[UUID, list[Figures]]:
    """What moved for tickets to these Spaces, and for tips in them: id of the Space -> Figures of each currency. Spaces for
    which nothing has are left out. One query."""
    orders = Order.objects.filter(offer__space__in=space_ids)
    tips = Tip.objects.filter(space__in=space_ids)
    theirs = LedgerEntry.objects.filter(transaction__creator_id=creator.pk).filter(
        Q(transaction__order_id__in=orders.values("pk")) | Q(transaction__tip_id__in=tips.values("pk"))
    )
    space_of_order = orders.filter(pk=OuterRef("transaction__order_id")).values("offer__space_id")
    space_of_tip = tips.filter(pk=OuterRef("transaction__tip_id")).values("space_id")
    keyed = theirs.annotate(key=Coalesce(Subquery(space_of_order[:1]), Subquery(space_of_tip[:1])))
    found: dict[UUID, dict[str, Figures]] = {}
    for key, moved in _moved(keyed, ALL_TIME):
        by_currency = found.setdefault(key, {})
        by_currency.setdefault(moved.currency, Figures(moved.currency)).add(
            moved, host=host_account(creator.pk)
        )
    return {key: list(by_currency.values()) for key, by_currency in found.items()}


def offers_of(creator: Creator, period: Period = ALL_TIME) -> QuerySet[Offer]:
    """What the creator sells or has sold, the newest first, with Spaces; of a period those for which something moved in it."""
    found = Offer.objects.filter(seller=creator).select_related("space").order_by("-pk")
    if not period.name:
        return found
    moved = LedgerTransaction.objects.filter(creator_id=creator.pk, **period.bounds("at"))
    orders = Order.objects.filter(offer=OuterRef("pk"), pk__in=moved.values("order_id"))
    return found.filter(Exists(orders))


def first_moved_at(creator: Creator) -> datetime | None:
    """When something first moved for the creator. One query."""
    found = LedgerTransaction.objects.filter(creator_id=creator.pk).aggregate(at=Min("at"))
    at: datetime | None = found["at"]
    return at


@dataclass(frozen=True, slots=True)
class Tier:
    """A part of `HOST_SHARE_TIERS`: what of an `amount` fell into it, and the product's share there in basis points."""

    amount: int
    fee_basis_points: int

    @property
    def fee_percent(self) -> str:
        """ "3%", "2.5%"."""
        return f"{self.fee_basis_points / 100:g}%"


def tiers_of(parts: Iterable[int]) -> list[Tier]:
    """The parts of a sale in the tiers, those of nothing left out."""
    shares = [10_000 - share for _, share in settings.HOST_SHARE_TIERS]
    return [Tier(part, fee) for part, fee in zip(parts, shares, strict=False) if part]


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of the first tier is sold: `sold` of `until` minor units; the shares before and after in per cent."""

    sold: int
    until: int
    share: str
    share_after: str

    @property
    def left(self) -> int:
        """What is left at the better share."""
        return max(0, self.until - self.sold)


def tier_progress(creator: Creator) -> Progress | None:
    """How far the creator is to the next share; None where there is one share for all. What is being paid now counts."""
    first, *more = settings.HOST_SHARE_TIERS
    if not more or first[0] is None:
        return None
    used = creator.tier_amounts[0] if creator.tier_amounts else 0
    return Progress(min(used, first[0]), first[0], f"{first[1] / 100:g}%", f"{more[0][1] / 100:g}%")


def _openings(theirs: QuerySet[LedgerEntry], host: str, since: datetime | None) -> dict[str, int]:
    """The balances at a moment: currency -> minor units. No query where there is no such moment."""
    if since is None:
        return {}
    before = theirs.filter(transaction__at__lt=since).order_by()
    found: dict[str, int] = {}
    for name, sign in (("credit_account", 1), ("debit_account", -1)):
        rows = before.filter(**{name: host}).values_list("currency").annotate(Sum("amount"))
        for currency, amount in rows:
            found[currency] = found.get(currency, 0) + sign * amount
    return found


def _moved(theirs: QuerySet[LedgerEntry], period: Period) -> Iterable[tuple[Any, Moved]]:
    """Entries summed by what they are: (their `key` where there is one, Moved)."""
    keys = ["key"] if "key" in theirs.query.annotations else []
    by = [*keys, "transaction__kind", "debit_account", "credit_account", "currency"]
    rows = theirs.filter(**period.bounds("transaction__at")).order_by().values_list(*by)
    for *key, kind, debit, credit, currency, amount, count in rows.annotate(
        moved=Sum("amount"), times=Count("pk")
    ):
        yield (key[0] if key else None), Moved(kind, debit, credit, currency, amount, count)
