"""The books are written here alone. Accounts: tickets.chart."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from tickets.models import LedgerEntry, LedgerTransaction

# From one account to another, and how much (minor units).
Transfer = tuple[str, str, int]


def post(
    *,
    kind: str,
    reference: str,
    transfers: Iterable[Transfer],
    currency: str,
    creator_id: int | None = None,
    order_id: UUID | None = None,
    tip_id: UUID | None = None,
    refund_id: UUID | None = None,
    dispute_id: int | None = None,
    payout_id: int | None = None,
    now: datetime,
) -> LedgerTransaction | None:
    """Book one effect: `transfers` are (from, to, amount), those of nothing left out. `kind` is one of LedgerTransaction.Kind.

    `reference` names the effect ("order:<id>:paid"). Returns None, and books nothing, where it is booked already. Call it in
    the transaction of the effect. Raises ValueError for a transfer of less than nothing.
    """
    moved = [one for one in transfers if one[2]]
    if any(amount < 0 for _, _, amount in moved):
        raise ValueError(f"{reference}: a transfer goes the other way instead of being negative")
    try:
        with transaction.atomic():
            booked = LedgerTransaction.objects.create(
                kind=kind,
                reference=reference,
                currency=currency,
                creator_id=creator_id,
                order_id=order_id,
                tip_id=tip_id,
                refund_id=refund_id,
                dispute_id=dispute_id,
                payout_id=payout_id,
                at=now,
            )
            LedgerEntry.objects.bulk_create(
                LedgerEntry(
                    transaction=booked,
                    debit_account=source,
                    credit_account=target,
                    amount=amount,
                    currency=currency,
                )
                for source, target, amount in moved
            )
    except IntegrityError:
        if LedgerTransaction.objects.filter(reference=reference).exists():
            return None
        raise
    return booked
