"""The books cannot be out of balance, nor be changed."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from tickets.models import LedgerEntry, LedgerTransaction
from tickets.models.ledger import AppendOnlyError

pytestmark = pytest.mark.django_db


@pytest.fixture
def booked():
    """One transaction with one entry."""
    made = LedgerTransaction.objects.create(
        kind="order_paid", reference="order:1:paid", currency="usd", at=timezone.now()
    )
    return LedgerEntry.objects.create(
        transaction=made, debit_account="customer", credit_account="host:1", amount=5, currency="usd"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": 0},
        {"amount": -5},
        {"credit_account": "customer"},
        {"debit_account": ""},
        {"credit_account": ""},
    ],
)
def test_no_row_can_be_out_of_balance(booked, wrong):
    fields = {
        "transaction": booked.transaction,
        "debit_account": "customer",
        "credit_account": "card_fee",
        "amount": 1,
        "currency": "usd",
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(**(fields | wrong))


def test_an_effect_is_booked_once(booked):
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerTransaction.objects.create(
            kind="order_paid", reference="order:1:paid", currency="usd", at=timezone.now()
        )


def test_nothing_is_changed_through_the_models(booked):
    for act in (
        lambda: booked.save(),
        lambda: booked.delete(),
        lambda: booked.transaction.delete(),
        lambda: LedgerEntry.objects.update(amount=1),
        lambda: LedgerTransaction.objects.all().delete(),
    ):
        with pytest.raises(AppendOnlyError):
            act()


@pytest.mark.parametrize("table", ["tickets_ledgertransaction", "tickets_ledgerentry"])
@pytest.mark.parametrize("sql", ["UPDATE {} SET currency = 'eur'", "DELETE FROM {}"])
def test_the_database_itself_refuses(booked, table, sql):
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql.format(table))
