"""Money that goes back to whoever paid it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tickets.models.creators import STRIPE_ID_MAX
from tickets.models.orders import Order, new_order_id
from tickets.models.tips import Tip


class Refund(models.Model):
    """A row with a due time: beat asks Stripe for it until Stripe has answered (tickets.services.refunds).

    `amount` is in minor units of what was paid. Its idempotency key is made from its id, so that asking again pays nothing
    twice. `next_try_at` is also the lease of whoever asks now. An order is refunded automatically once.
    """

    class Reason(models.TextChoices):
        CANCELLED = "cancelled", _("The Space was cancelled")
        NOT_STARTED = "not_started", _("The Space did not start in time")
        ENDED_BY_STAFF = "ended_by_staff", _("The Space was ended by the moderators")
        LATE_PAYMENT = "late_payment", _("Paid when the seat was gone")
        DUPLICATE = "duplicate", _("Paid twice")
        HOST = "host", _("By the host")
        STAFF = "staff", _("By staff")

    class State(models.TextChoices):
        REQUESTED = "requested", _("On its way")
        SUCCEEDED = "succeeded", _("Paid back")
        FAILED = "failed", _("Failed")

    id = models.UUIDField(primary_key=True, default=new_order_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="refunds")
    tip = models.ForeignKey(Tip, on_delete=models.PROTECT, null=True, blank=True, related_name="refunds")
    amount = models.PositiveIntegerField()
    reason = models.CharField(max_length=20, choices=Reason)
    note = models.CharField(max_length=500, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    # How often staff had it tried again after it had failed: Stripe repeats its answer to a key that it knows.
    round = models.PositiveSmallIntegerField(default=0, editable=False)
    # It had succeeded before, and came back from the buyer's bank: the creator has paid their part already.
    came_back = models.BooleanField(default=False, editable=False)
    stripe_refund_id = models.CharField(max_length=STRIPE_ID_MAX, unique=True, null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    first_tried_at = models.DateTimeField(null=True, blank=True, editable=False)
    next_try_at = models.DateTimeField(null=True, blank=True, editable=False)
    error = models.CharField(max_length=300, blank=True)
    requested_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(order__isnull=False, tip__isnull=True) | Q(order__isnull=True, tip__isnull=False),
                name="refund_of_order_or_tip",
            ),
            models.CheckConstraint(condition=Q(amount__gte=1), name="refund_of_something"),
            models.CheckConstraint(
                condition=Q(state="requested", finished_at__isnull=True, next_try_at__isnull=False)
                | (~Q(state="requested") & Q(finished_at__isnull=False)),
                name="refund_state_matches_times",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(
                    reason__in=["cancelled", "not_started", "ended_by_staff", "late_payment", "duplicate"]
                ),
                name="refund_automatic_once",
            ),
        )
        indexes = (
            models.Index(fields=["next_try_at"], condition=Q(state="requested"), name="refund_due"),
            models.Index(fields=["-id"], condition=Q(state="failed"), name="refund_failed"),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.amount}, {self.state}"

    @property
    def idempotency_key(self) -> str:
        """Under what Stripe makes this refund, however often it is asked."""
        return f"refund-{self.pk}-{self.round}"

    @property
    def reference(self) -> str:
        """Under what the ledger books this refund, once."""
        return f"refund:{self.pk}:{self.round}"


AUTOMATIC_REASONS = (
    Refund.Reason.CANCELLED,
    Refund.Reason.NOT_STARTED,
    Refund.Reason.ENDED_BY_STAFF,
    Refund.Reason.LATE_PAYMENT,
    Refund.Reason.DUPLICATE,
)
