"""Who may sell tickets and take tips."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

STRIPE_ID_MAX = 128


class CreatorApplication(models.Model):
    """Somebody asks to sell tickets; staff grant or refuse it, with a reason.

    `followers` and `spaces` (hosted in the last `SELLING_SPACES_DAYS`) are those of the moment of asking.
    """

    class State(models.TextChoices):
        APPLIED = "applied", _("Applied")
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="creator_applications"
    )
    state = models.CharField(max_length=10, choices=State, default=State.APPLIED)
    is_adult_attested_at = models.DateTimeField()
    followers = models.PositiveIntegerField()
    spaces = models.PositiveIntegerField()
    applied_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user"], condition=Q(state="applied"), name="creator_application_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="applied", decided_at__isnull=True)
                | (~Q(state="applied") & Q(decided_at__isnull=False)),
                name="creator_application_state_matches_times",
            ),
        )
        indexes = (
            models.Index(
                fields=["applied_at"], condition=Q(state="applied"), name="creator_application_queue"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id}: {self.state}"


class Creator(models.Model):
    """Somebody who sells tickets or takes tips: what staff let them do, and what Stripe says of their account.

    `lifetime_sales_amount` is what has been paid for their tickets, less what was paid back, in minor units of `currency`.
    `tier_amounts` is how much of each of `HOST_SHARE_TIERS` their sales have used up, those counted that are being paid: an
    order takes its part when it is priced, and gives it back when it expires or is refunded (tickets.fees).
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="creator")
    selling_granted_at = models.DateTimeField(null=True, blank=True, editable=False)
    selling_withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    currency = models.CharField(max_length=3, default="usd")
    stripe_account_id = models.CharField(max_length=STRIPE_ID_MAX, unique=True, null=True, blank=True)
    details_submitted = models.BooleanField(default=False)
    charges_enabled = models.BooleanField(default=False)
    payouts_enabled = models.BooleanField(default=False)
    # As Stripe lists them: {"currently_due": [...], "past_due": [...], "current_deadline": …}
    requirements = models.JSONField(default=dict, blank=True)
    disabled_reason = models.CharField(max_length=100, blank=True)
    tips_enabled = models.BooleanField(default=False)
    lifetime_sales_amount = models.BigIntegerField(default=0, editable=False)
    tier_amounts = models.JSONField(default=list, blank=True, editable=False)
    synced_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(lifetime_sales_amount__gte=0), name="creator_sales_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(stripe_account_id=""), name="creator_account_is_null_or_named"
            ),
        )

    def __str__(self) -> str:
        return f"Creator {self.user_id}"

    @property
    def is_selling_granted(self) -> bool:
        """Whether staff let them sell."""
        return self.selling_granted_at is not None and self.selling_withdrawn_at is None

    @property
    def can_be_paid(self) -> bool:
        """Whether Stripe takes payments for them."""
        return bool(self.stripe_account_id) and self.charges_enabled
