"""Reports, gathered in one case for each thing reported, with what the server saw of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SubjectKind(models.TextChoices):
    """What can be reported. `subject_id` is its key: the UUID of a Space (also for its replay) or a clip, a number for the
    others."""

    SPACE = "space", _("Space")
    PERSON = "person", _("Person")
    ROOM_MESSAGE = "room_message", _("Message in a Space")
    DIRECT_MESSAGE = "direct_message", _("Direct message")
    POST = "post", _("Post")
    REPLAY = "replay", _("Replay")
    CAPTION_LINE = "caption_line", _("Line of captions")
    CLIP = "clip", _("Clip")


class Category(models.TextChoices):
    """Why something is reported."""

    ABUSE = "abuse", _("Abuse or harassment")
    HATE = "hate", _("Hate")
    THREATS = "threats", _("Threats or violence")
    SPAM = "spam", _("Spam or fraud")
    MINORS = "minors", _("Harm to minors")
    SELF_HARM = "self_harm", _("Self-harm or suicide")
    IMPERSONATION = "impersonation", _("Impersonation")
    COPYRIGHT = "copyright", _("Copyright")
    OTHER = "other", _("Something else")

    @property
    def severity(self) -> int:
        """How urgent it is: 3 is life and limb, 0 can wait."""
        return _SEVERITY[self]


_SEVERITY: dict[str, int] = {
    Category.MINORS: 3,
    Category.THREATS: 3,
    Category.SELF_HARM: 3,
    Category.HATE: 2,
    Category.ABUSE: 2,
    Category.IMPERSONATION: 1,
    Category.SPAM: 1,
    Category.COPYRIGHT: 1,
    Category.OTHER: 0,
}


class Case(models.Model):
    """All reports of one thing until staff decide. A report after that opens a new case.

    `severity` is the highest of its reports' categories, `reporter_count` how many people reported it: the queue is
    ordered by both. `person` is whom it is about.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CLOSED = "closed", _("Closed")

    subject_kind = models.CharField(max_length=20, choices=SubjectKind)
    subject_id = models.CharField(max_length=40)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="cases"
    )
    space_id = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    severity = models.PositiveSmallIntegerField(default=0)
    reporter_count = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(default=timezone.now, editable=False)
    last_report_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id"], condition=Q(state="open"), name="case_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False),
                name="case_state_matches_times",
            ),
        )
        indexes = (
            models.Index(
                fields=["-severity", "-reporter_count", "opened_at"],
                condition=Q(state="open"),
                name="case_queue",
            ),
            models.Index(fields=["person", "-opened_at"], name="case_of_person"),
        )

    def __str__(self) -> str:
        return f"{self.get_subject_kind_display()} {self.subject_id}"


class Report(models.Model):
    """One person's report; reporting the same thing again changes theirs."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="reports_made"
    )
    category = models.CharField(max_length=20, choices=Category)
    words = models.TextField(max_length=settings.SPACES_REPORT_MAX_LENGTH, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["case", "reporter"], name="report_once"),)

    def __str__(self) -> str:
        return f"{self.reporter_id}: {self.category}"


class Evidence(models.Model):
    """What the server saw when something was reported: written once, read by staff alone, deleted by its day.

    `data` depends on `kind`; see moderation.services.evidence. `delete_after` is moved on while the case is open.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=20)
    data = models.JSONField()
    taken_at = models.DateTimeField(default=timezone.now, editable=False)
    delete_after = models.DateTimeField()

    class Meta:
        verbose_name_plural = "evidence"
        indexes = (models.Index(fields=["delete_after"], name="evidence_due"),)

    def __str__(self) -> str:
        return f"{self.kind} of case {self.case_id}"


class EvidenceAccess(models.Model):
    """Somebody of staff looked at the evidence of a case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="accesses")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now, editable=False)
    address = models.GenericIPAddressField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "evidence accesses"

    def __str__(self) -> str:
        return f"{self.by_id} read case {self.case_id}"


class CaseNote(models.Model):
    """What staff write for each other on a case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(max_length=2000)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar[tuple[str, ...]] = ("pk",)

    def __str__(self) -> str:
        return self.text[:40]
