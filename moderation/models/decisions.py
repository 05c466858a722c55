"""What staff decided, what holds because of it, and what the person concerned says to that."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moderation.models.cases import Case


class Act(models.TextChoices):
    """What staff can do. Who may do which: moderation.permissions."""

    DISMISS = "dismiss", _("Dismiss")
    WARN = "warn", _("Warn")
    DELETE_CONTENT = "delete_content", _("Delete what was reported")
    REMOVE = "remove", _("Remove from the Space")
    END_SPACE = "end_space", _("End the Space")
    SUSPEND = "suspend", _("Suspend")
    WITHDRAW_HOSTING = "withdraw_hosting", _("Withdraw the right to host")
    WITHDRAW_SELLING = "withdraw_selling", _("Withdraw the right to sell tickets")
    RESTORE = "restore", _("Restore")


class Decision(models.Model):
    """One act of staff, with why; about a case, or without one. `until` ends a suspension, null is for good."""

    case = models.ForeignKey(Case, on_delete=models.SET_NULL, null=True, blank=True, related_name="decisions")
    act = models.CharField(max_length=20, choices=Act)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="decisions"
    )
    space_id = models.UUIDField(null=True, blank=True)
    reason = models.CharField(max_length=500)
    until = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    overturned_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        indexes = (models.Index(fields=["person", "-id"], name="decision_of_person"),)

    def __str__(self) -> str:
        return f"{self.get_act_display()} ({self.person_id or self.space_id})"


class Sanction(models.Model):
    """What somebody may not do for now, or for good (`until` null), because of a decision."""

    class Kind(models.TextChoices):
        SUSPENDED = "suspended", _("Suspended")
        NO_HOSTING = "no_hosting", _("May not host")
        NO_SELLING = "no_selling", _("May not sell tickets")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sanctions")
    kind = models.CharField(max_length=20, choices=Kind)
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="sanctions")
    from_at = models.DateTimeField(default=timezone.now, editable=False)
    until = models.DateTimeField(null=True, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = (
            # A second one replaces the first, which is lifted.
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(lifted_at__isnull=True), name="sanction_one_each"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gt=F("from_at")), name="sanction_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind}"


class Appeal(models.Model):
    """The person concerned asks once that somebody else look at a decision again."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        UPHELD = "upheld", _("Decision upheld")
        OVERTURNED = "overturned", _("Decision overturned")

    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="appeal")
    words = models.TextField(max_length=2000)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    answer = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="appeal_state_matches_times",
            ),
        )

    def __str__(self) -> str:
        return f"Appeal against decision {self.decision_id}"
