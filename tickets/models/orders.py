"""Seats that are held and paid for, and the tickets that let people in."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from tickets.models.creators import STRIPE_ID_MAX
from tickets.models.offers import Offer


def new_order_id() -> UUID:
    """A time-ordered UUID. Stripe's idempotency keys are made from it."""
    return uuid7()


class Order(models.Model):
    """One seat for one buyer: held while they pay (until `held_until`), then paid; or expired, failed, refunded.

    `has_seat`: it counts in `Offer.seats_taken`. A payment that comes when its seat is gone is paid without one, and refunded.
    Amounts are minor units of `currency`. When the order is priced (`priced_at`), `amount` is split exactly into
    `platform_fee`, `card_fee` and `host_amount`; `tier_amounts` is how much of it fell into each of `HOST_SHARE_TIERS`.
    `refunded_amount` is what Stripe has taken on to pay back. `description` is what Checkout shows.
    """

    class State(models.TextChoices):
        HELD = "held", _("Being paid")
        PAID = "paid", _("Paid")
        REFUNDED = "refunded", _("Refunded")
        EXPIRED = "expired", _("Not paid in time")
        FAILED = "failed", _("Payment failed")

    id = models.UUIDField(primary_key=True, default=new_order_id, editable=False)
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="orders")
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders")
    state = models.CharField(max_length=10, choices=State, default=State.HELD)
    has_seat = models.BooleanField(default=True, editable=False)
    description = models.CharField(max_length=120, blank=True)
    amount = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    platform_fee = models.PositiveIntegerField(default=0, editable=False)
    card_fee = models.PositiveIntegerField(default=0, editable=False)
    host_amount = models.PositiveIntegerField(default=0, editable=False)
    tier_amounts = models.JSONField(default=list, blank=True, editable=False)
    priced_at = models.DateTimeField(null=True, blank=True, editable=False)
    refunded_amount = models.PositiveIntegerField(default=0, editable=False)
    held_at = models.DateTimeField(default=timezone.now, editable=False)
    held_until = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True, editable=False)
    checkout_session_id = models.CharField(max_length=STRIPE_ID_MAX, unique=True, null=True, blank=True)
    payment_intent_id = models.CharField(max_length=STRIPE_ID_MAX, blank=True, db_index=True)
    checkout_url = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["offer", "buyer"], condition=Q(state="held"), name="order_one_held"
            ),
            models.CheckConstraint(
                condition=Q(state="held", has_seat=True)
                | Q(state="paid")
                | Q(state__in=["refunded", "expired", "failed"], has_seat=False),
                name="order_seat_matches_state",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["paid", "refunded"], paid_at__isnull=False, priced_at__isnull=False)
                | Q(state__in=["held", "expired", "failed"], paid_at__isnull=True),
                name="order_state_matches_times",
            ),
            models.CheckConstraint(
                condition=Q(priced_at__isnull=True, platform_fee=0, card_fee=0, host_amount=0)
                | Q(priced_at__isnull=False, amount=F("platform_fee") + F("card_fee") + F("host_amount")),
                name="order_split_is_exact",
            ),
            models.CheckConstraint(
                condition=Q(refunded_amount__lte=F("amount"))
                & (~Q(state="refunded") | Q(refunded_amount=F("amount"))),
                name="order_refunded_at_most_paid",
            ),
        )
        indexes = (
            models.Index(fields=["held_until"], condition=Q(state="held"), name="order_due"),
            models.Index(fields=["buyer", "-id"], name="order_of_buyer"),
            models.Index(fields=["offer", "state"], name="order_of_offer"),
        )

    def __str__(self) -> str:
        return f"{self.pk}: {self.state}"

    @property
    def idempotency_key(self) -> str:
        """Under what Stripe makes the Checkout Session of this order, however often it is asked."""
        return f"order-{self.pk}"

    @property
    def application_fee(self) -> int:
        """What the product keeps of the payment: its own fee and that of the card."""
        return self.platform_fee + self.card_fee


class Ticket(models.Model):
    """Lets its holder into the Space of the offer, for as long as it is valid. Its holder need not be who paid."""

    class State(models.TextChoices):
        VALID = "valid", _("Valid")
        VOID = "void", _("Void")

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="ticket")
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="tickets")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="tickets")
    state = models.CharField(max_length=10, choices=State, default=State.VALID)
    issued_at = models.DateTimeField(default=timezone.now, editable=False)
    transferred_at = models.DateTimeField(null=True, blank=True, editable=False)
    void_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["offer", "holder"], condition=Q(state="valid"), name="ticket_one_valid"
            ),
            models.CheckConstraint(
                condition=Q(state="valid", void_at__isnull=True) | Q(state="void", void_at__isnull=False),
                name="ticket_state_matches_times",
            ),
        )
        indexes = (
            models.Index(fields=["holder", "-id"], name="ticket_of_holder"),
            models.Index(fields=["-void_at"], condition=Q(state="void"), name="ticket_void"),
        )

    def __str__(self) -> str:
        return f"Ticket of {self.holder_id} to offer {self.offer_id}: {self.state}"


class TicketTransfer(models.Model):
    """A ticket went from one person to another."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="transfers")
    from_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    to_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(from_user=F("to_user")), name="ticket_transfer_to_somebody_else"
            ),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.from_user_id} to {self.to_user_id}"
