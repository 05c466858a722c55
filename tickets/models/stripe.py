"""What Stripe has told us, and what reconciliation found when it compared its books with ours."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.models.creators import STRIPE_ID_MAX, Creator
from tickets.models.orders import Order
from tickets.models.tips import Tip


class StripeEvent(models.Model):
    """A webhook: verified, kept, and worked off by a worker. A hint that makes us re-read, never applied.

    `account` is the connected account it is about, "" for our own. `claimed_until` is the lease of the worker that has it.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        DONE = "done", _("Done")
        IGNORED = "ignored", _("Ignored")
        FAILED = "failed", _("Failed")

    event_id = models.CharField(max_length=STRIPE_ID_MAX, unique=True)
    type = models.CharField(max_length=100)
    account = models.CharField(max_length=STRIPE_ID_MAX, blank=True)
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField(default=timezone.now, editable=False)
    due_at = models.DateTimeField(default=timezone.now, editable=False)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        indexes = (models.Index(fields=["due_at"], condition=Q(state="received"), name="stripe_event_due"),)

    def __str__(self) -> str:
        return f"{self.type} {self.event_id}"


class Dispute(models.Model):
    """A buyer's bank takes a payment back, or asks to. Of an order or a tip; `status` is Stripe's word.

    Of `amount`, `taken_amount` has left our balance at Stripe (nothing for a mere inquiry), of which `host_amount` was the
    creator's: it is taken from their account (`transfer_reversal_id`), and given back if it is won (`transfer_back_id`).
    """

    stripe_dispute_id = models.CharField(max_length=STRIPE_ID_MAX, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="disputes")
    tip = models.ForeignKey(Tip, on_delete=models.PROTECT, null=True, blank=True, related_name="disputes")
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    taken_amount = models.PositiveIntegerField(default=0, editable=False)
    host_amount = models.PositiveIntegerField(default=0, editable=False)
    transfer_reversal_id = models.CharField(max_length=STRIPE_ID_MAX, blank=True, editable=False)
    transfer_back_id = models.CharField(max_length=STRIPE_ID_MAX, blank=True, editable=False)
    reason = models.CharField(max_length=50, blank=True)
    status = models.CharField(max_length=40)
    evidence_due_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    synced_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(order__isnull=True) | Q(tip__isnull=True), name="dispute_of_order_or_tip"
            ),
        )

    def __str__(self) -> str:
        return f"{self.stripe_dispute_id}: {self.status}"


class Payout(models.Model):
    """Stripe pays a creator's balance out to their bank; `status` is Stripe's word."""

    creator = models.ForeignKey(Creator, on_delete=models.PROTECT, related_name="payouts")
    stripe_payout_id = models.CharField(max_length=STRIPE_ID_MAX, unique=True)
    amount = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    status = models.CharField(max_length=20)
    failure = models.CharField(max_length=300, blank=True)
    arrives_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    synced_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        indexes = (models.Index(fields=["creator", "-created_at"], name="payout_of_creator"),)

    def __str__(self) -> str:
        return f"{self.stripe_payout_id}: {self.status}"


class ReconciliationRun(models.Model):
    """One day of our books compared with Stripe's."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    day = models.DateField(unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    compared = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)
    started_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering: ClassVar[tuple[str, ...]] = ("-day",)

    def __str__(self) -> str:
        return str(self.day)


class ReconciliationDifference(models.Model):
    """Something that is in one of the books and not in the other, or with another amount (minor units; null: not there)."""

    class Kind(models.TextChoices):
        MISSING_HERE = "missing_here", _("Not in our ledger")
        MISSING_THERE = "missing_there", _("Not at Stripe")
        AMOUNT = "amount", _("Another amount")

    run = models.ForeignKey(ReconciliationRun, on_delete=models.CASCADE, related_name="differences")
    kind = models.CharField(max_length=20, choices=Kind)
    reference = models.CharField(max_length=150)
    stripe_id = models.CharField(max_length=STRIPE_ID_MAX, blank=True)
    our_amount = models.BigIntegerField(null=True, blank=True)
    stripe_amount = models.BigIntegerField(null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["run", "kind", "reference"], name="reconciliation_difference_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"
