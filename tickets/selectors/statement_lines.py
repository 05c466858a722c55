"""Every line of a creator's account, one for each transaction of the ledger: what the export and the API list."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from tickets.chart import CARD_FEE, PLATFORM_FEE, host_account
from tickets.models import Creator, LedgerEntry, LedgerTransaction, Order, Tip
from tickets.periods import ALL_TIME, Period
from tickets.selectors.earnings import statements

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One transaction as the creator reads it, in minor units, signed: `gross` + `platform_fee` + `card_fee` = `net`.

    `net` is what their balance changed by. `title` is that of the Space, `sale` the id of the order or tip, both "" where there
    is none. `balance` is what they had then, in that currency; None where it is not counted.
    """

    id: int
    at: datetime
    kind: str
    title: str
    sale: str
    currency: str
    platform_fee: int
    card_fee: int
    net: int
    reference: str
    balance: int | None = None

    @property
    def gross(self) -> int:
        """What moved before fees."""
        return self.net - self.platform_fee - self.card_fee

    @property
    def kind_words(self) -> str:
        """What it was."""
        return str(LedgerTransaction.Kind(self.kind).label)


def lines_of(creator: Creator, period: Period = ALL_TIME) -> QuerySet[LedgerTransaction]:
    """The transactions that moved something of the creator's, or fees of it, with their entries, in no order."""
    accounts = (host_account(creator.pk), PLATFORM_FEE, CARD_FEE)
    touched = Q(debit_account__in=accounts) | Q(credit_account__in=accounts)
    entries = LedgerEntry.objects.filter(touched, transaction=OuterRef("pk"))
    found = LedgerTransaction.objects.filter(Exists(entries), creator_id=creator.pk, **period.bounds("at"))
    return found.prefetch_related("entries")


def line_rows(creator: Creator, transactions: Sequence[LedgerTransaction]) -> list[Line]:
    """These transactions as lines, without balances. Two queries."""
    orders = Order.objects.select_related("offer__space").in_bulk(
        [one.order_id for one in transactions if one.order_id]
    )
    tips = Tip.objects.select_related("space").in_bulk([one.tip_id for one in transactions if one.tip_id])
    return [_line(one, creator, orders, tips) for one in transactions]


def sale_lines(order: Order) -> list[Line]:
    """Everything that moved for one sale, the oldest first. Reads `offer` and `seller`. Four queries."""
    creator = order.offer.seller
    return line_rows(creator, list(lines_of(creator).filter(order_id=order.pk).order_by("at", "pk")))


def lines_in_order(creator: Creator, period: Period = ALL_TIME) -> Iterator[list[Line]]:
    """All lines of a period, the oldest first, with balances, in chunks: four queries each, however many came before."""
    balances = {one.currency: one.opening for one in statements(creator, period)}
    rows = lines_of(creator, period).order_by("at", "pk")
    after = Q()
    while found := list(rows.filter(after)[:CHUNK]):
        chunk: list[Line] = []
        for line in line_rows(creator, found):
            balances[line.currency] = balances.get(line.currency, 0) + line.net
            chunk.append(replace(line, balance=balances[line.currency]))
        yield chunk
        last = found[-1]
        after = Q(at__gt=last.at) | Q(at=last.at, pk__gt=last.pk)


def _line(
    transaction: LedgerTransaction, creator: Creator, orders: dict[UUID, Order], tips: dict[UUID, Tip]
) -> Line:
    host = host_account(creator.pk)
    order = orders.get(transaction.order_id) if transaction.order_id else None
    tip = tips.get(transaction.tip_id) if transaction.tip_id else None
    space: Any = order.offer.space if order else tip.space if tip else None
    return Line(
        id=transaction.pk,
        at=transaction.at,
        kind=transaction.kind,
        title=space.title if space else "",
        sale=str(transaction.order_id or transaction.tip_id or ""),
        currency=transaction.currency,
        platform_fee=-_came(transaction, PLATFORM_FEE),
        card_fee=-_came(transaction, CARD_FEE),
        net=_came(transaction, host),
        reference=transaction.reference,
    )


def _came(transaction: LedgerTransaction, account: str) -> int:
    """What came to an account by this transaction, less what left it."""
    entries = transaction.entries.all()
    return sum(
        entry.amount * ((entry.credit_account == account) - (entry.debit_account == account))
        for entry in entries
    )
