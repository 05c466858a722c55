"""The books: double entry, append-only.

An entry is one transfer: `amount` leaves `debit_account` and comes to `credit_account`. So every row is in balance by its own
constraint, and with it every transaction and the whole ledger, on any database: no sum over rows has to be checked. The
balance of an account is its credits less its debits. The chart of accounts is `tickets.chart`.
"""

from typing import Any, NoReturn

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class AppendOnlyError(RuntimeError):
    """Somebody tried to change the books."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Refuses what would change rows that are there; triggers refuse it in the database, too."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refused."""
        raise AppendOnlyError("The ledger is append-only.")

    def delete(self) -> NoReturn:
        """Refused."""
        raise AppendOnlyError("The ledger is append-only.")


class AppendOnly(models.Model):
    """A row that is written once."""

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, **kwargs: Any) -> None:
        """Write a new row. Raises AppendOnlyError for one that is there."""
        if not self._state.adding:
            raise AppendOnlyError("The ledger is append-only.")
        super().save(**{**kwargs, "force_insert": True})

    def delete(self, using: Any = None, keep_parents: bool = False) -> NoReturn:
        """Refused."""
        raise AppendOnlyError("The ledger is append-only.")


class LedgerTransaction(AppendOnly):
    """Why money moved. `reference` is unique for each effect ("order:<id>:paid"), so that what is told twice is booked once.

    The keys of what it is about are kept as they are, without foreign keys: the books do not depend on other tables.
    """

    class Kind(models.TextChoices):
        ORDER_PAID = "order_paid", _("Ticket paid")
        TIP_PAID = "tip_paid", _("Tip paid")
        REFUND = "refund", _("Refund")
        REFUND_FAILED = "refund_failed", _("Refund that came back")
        DISPUTE = "dispute", _("Dispute")
        PAYOUT = "payout", _("Payout")
        ADJUSTMENT = "adjustment", _("Adjustment")

    kind = models.CharField(max_length=20, choices=Kind)
    reference = models.CharField(max_length=150, unique=True)
    currency = models.CharField(max_length=3)
    creator_id = models.BigIntegerField(null=True)
    order_id = models.UUIDField(null=True)
    tip_id = models.UUIDField(null=True)
    refund_id = models.UUIDField(null=True)
    dispute_id = models.BigIntegerField(null=True)
    payout_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=["creator_id", "-id"], name="ledger_of_creator"),
            models.Index(fields=["order_id"], name="ledger_of_order"),
            models.Index(fields=["at"], name="ledger_by_time"),
        )

    def __str__(self) -> str:
        return self.reference


class LedgerEntry(AppendOnly):
    """`amount` (minor units of the transaction's currency) went from `debit_account` to `credit_account`."""

    transaction = models.ForeignKey(LedgerTransaction, on_delete=models.PROTECT, related_name="entries")
    debit_account = models.CharField(max_length=40)
    credit_account = models.CharField(max_length=40)
    amount = models.PositiveBigIntegerField()
    # The transaction's own, so that an account is summed without a join.
    currency = models.CharField(max_length=3)

    class Meta:
        verbose_name_plural = "ledger entries"
        constraints = (
            models.CheckConstraint(condition=Q(amount__gt=0), name="ledger_entry_moves_something"),
            models.CheckConstraint(
                condition=~Q(debit_account=F("credit_account")), name="ledger_entry_between_two_accounts"
            ),
            models.CheckConstraint(
                condition=~Q(debit_account="") & ~Q(credit_account=""), name="ledger_entry_names_accounts"
            ),
            models.UniqueConstraint(
                fields=["transaction", "debit_account", "credit_account"], name="ledger_entry_once"
            ),
        )
        indexes = (
            models.Index(fields=["debit_account", "currency"], name="ledger_entry_debit"),
            models.Index(fields=["credit_account", "currency"], name="ledger_entry_credit"),
        )

    def __str__(self) -> str:
        return f"{self.amount} {self.debit_account} → {self.credit_account}"
