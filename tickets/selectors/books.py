"""Lines of our ledger that have a counterpart at Stripe, for reconciliation to compare."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from tickets.chart import CARD_FEE, CUSTOMER, DISPUTES, PLATFORM_FEE
from tickets.models import LedgerEntry, LedgerTransaction

_NAMES_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """What one side says of one effect: `amount`, and for payments our `fee` of it, in minor units of `currency`.

    `stripe_id` is what Stripe calls it, where that side knows.
    """

    amount: int
    currency: str
    fee: int | None = None
    stripe_id: str = ""


def lines_between(since: datetime, until: datetime) -> dict[str, tuple[LedgerTransaction, Line]]:
    """What was booked from `since` until before `until`, by reference, with what was booked. Two queries."""
    return _lines(LedgerTransaction.objects.filter(at__gte=since, at__lt=until).prefetch_related("entries"))


def lines_named(references: Iterable[str]) -> dict[str, tuple[LedgerTransaction, Line]]:
    """What was booked under these references, whenever. Two queries for each thousand of them."""
    wanted = list(references)
    found: dict[str, tuple[LedgerTransaction, Line]] = {}
    for start in range(0, len(wanted), _NAMES_AT_ONCE):
        some = wanted[start : start + _NAMES_AT_ONCE]
        found |= _lines(LedgerTransaction.objects.filter(reference__in=some).prefetch_related("entries"))
    return found


def _lines(rows: Iterable[LedgerTransaction]) -> dict[str, tuple[LedgerTransaction, Line]]:
    pairs = ((row, _line(row)) for row in rows)
    return {row.reference: (row, line) for row, line in pairs if line is not None}


def _line(row: LedgerTransaction) -> Line | None:
    """None for what follows from another line: the fee of a dispute, and that it was lost."""
    entries = list(row.entries.all())

    def total(wanted: Callable[[LedgerEntry], bool]) -> int:
        return sum(entry.amount for entry in entries if wanted(entry))

    from_customer = total(lambda entry: entry.debit_account == CUSTOMER)
    to_customer = total(lambda entry: entry.credit_account == CUSTOMER)
    match row.kind, row.reference.rpartition(":")[2]:
        case ((LedgerTransaction.Kind.ORDER_PAID | LedgerTransaction.Kind.TIP_PAID), _):
            fee = total(lambda entry: entry.credit_account in (PLATFORM_FEE, CARD_FEE))
            return Line(from_customer, row.currency, fee)
        case LedgerTransaction.Kind.REFUND, _:
            return Line(to_customer, row.currency)
        case LedgerTransaction.Kind.REFUND_FAILED, _:
            return Line(from_customer, row.currency)
        case LedgerTransaction.Kind.DISPUTE, "opened":
            return Line(total(lambda entry: entry.credit_account == DISPUTES), row.currency)
        case LedgerTransaction.Kind.DISPUTE, "won":
            return Line(total(lambda entry: entry.debit_account == DISPUTES), row.currency)
        case LedgerTransaction.Kind.PAYOUT, _:
            return Line(total(lambda entry: True), row.currency)
    return None
