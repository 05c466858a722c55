"""Money that somebody gives to a creator, for no seat."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.models import Space
from tickets.models.creators import STRIPE_ID_MAX, Creator
from tickets.models.orders import new_order_id


class Tip(models.Model):
    """`amount` goes to the creator, all of it; the sender pays `card_fee` on top (minor units of `currency`).

    `thanked_at` is when the room was told, where it was given in one; with `unnamed` it is not told from whom.
    """

    class State(models.TextChoices):
        HELD = "held", _("Being paid")
        PAID = "paid", _("Paid")
        REFUNDED = "refunded", _("Refunded")
        EXPIRED = "expired", _("Not paid in time")
        FAILED = "failed", _("Payment failed")

    id = models.UUIDField(primary_key=True, default=new_order_id, editable=False)
    space = models.ForeignKey(Space, on_delete=models.SET_NULL, null=True, blank=True, related_name="tips")
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tips_given")
    to = models.ForeignKey(Creator, on_delete=models.PROTECT, related_name="tips")
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    amount = models.PositiveIntegerField()
    card_fee = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    unnamed = models.BooleanField(default=False)
    message = models.CharField(max_length=settings.TIP_MESSAGE_MAX_LENGTH, blank=True)
    refunded_amount = models.PositiveIntegerField(default=0, editable=False)
    held_at = models.DateTimeField(default=timezone.now, editable=False)
    held_until = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True, editable=False)
    thanked_at = models.DateTimeField(null=True, blank=True, editable=False)
    checkout_session_id = models.CharField(max_length=STRIPE_ID_MAX, unique=True, null=True, blank=True)
    payment_intent_id = models.CharField(max_length=STRIPE_ID_MAX, blank=True, db_index=True)
    checkout_url = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=["paid", "refunded"], paid_at__isnull=False)
                | Q(state__in=["held", "expired", "failed"], paid_at__isnull=True),
                name="tip_state_matches_times",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=1, refunded_amount__lte=F("amount") + F("card_fee"))
                & (~Q(state="refunded") | Q(refunded_amount=F("amount") + F("card_fee"))),
                name="tip_refunded_at_most_paid",
            ),
        )
        indexes = (
            models.Index(fields=["held_until"], condition=Q(state="held"), name="tip_due"),
            models.Index(fields=["to", "-id"], name="tip_of_creator"),
            models.Index(fields=["sender", "-id"], name="tip_of_sender"),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.state}"

    @property
    def total(self) -> int:
        """What the sender pays."""
        return self.amount + self.card_fee

    @property
    def idempotency_key(self) -> str:
        """Under what Stripe makes the Checkout Session of this tip, however often it is asked."""
        return f"tip-{self.pk}"
