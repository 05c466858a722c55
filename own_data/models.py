"""Files with all that is kept about somebody, and accounts that are on their way out."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class DataExport(models.Model):
    """A file with somebody's data, made by a worker, and there until `expires_at`.

    While it is made a worker holds it until `claimed_until`, and `progress` is in percent; `tries` counts the workers that have
    begun. `file` is its name in the storage of recordings. `mailed_at` is when its owner was told.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Being gathered")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        EXPIRED = "expired", _("Deleted")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="data_exports")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)
    file = models.CharField(max_length=200, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["user"], condition=Q(state="waiting"), name="data_export_one_at_a_time"
            ),
        )
        indexes = (
            models.Index(fields=["asked_at"], condition=Q(state="waiting"), name="data_export_due"),
            models.Index(fields=["expires_at"], condition=Q(state="ready"), name="data_export_over"),
        )

    def __str__(self) -> str:
        return f"Data of {self.user_id}: {self.state}"


class AccountDeletion(models.Model):
    """Somebody has asked that their account be deleted. Until `due_at` they may keep it; then it goes, step by step.

    `step` counts the steps that are done (own_data.services.steps); each may be done again. Once `finished_at` is set the row
    says nothing but that the account of that number is gone, and since when.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="account_deletion"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    # When what they had going (live and announced Spaces, places in those of others) was closed.
    closed_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    step = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["due_at"], condition=Q(finished_at__isnull=True), name="deletion_due"),
        )

    def __str__(self) -> str:
        return f"Deletion of {self.user_id}"
