"""How people come on stage (they ask, or are invited), and what is pinned beside it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.models.spaces import Role, Space

PIN_URL_MAX = 500
PIN_TITLE_MAX = 120


class SpeakRequest(models.Model):
    """Somebody asks to speak. Those waiting are the queue: first come, first shown (`asked_at`, then key)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        CLEARED = "cleared", _("Cleared")

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="speak_requests")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="speak_requests"
    )
    pitch = models.CharField(max_length=settings.SPACES_PITCH_MAX_LENGTH, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["space", "user"], condition=Q(state="waiting"), name="speak_request_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at__isnull=True)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="speak_request_state_matches_times",
            ),
        )
        indexes = (
            models.Index(
                fields=["space", "asked_at", "id"],
                condition=Q(state="waiting"),
                name="speak_request_queue",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} asks to speak in {self.space_id}: {self.state}"


class Invitation(models.Model):
    """The host or a co-host asks somebody on stage. It dies with the Space, and with the inviter's right to invite."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")

    ROLES = ((Role.SPEAKER, Role.SPEAKER.label), (Role.COHOST, Role.COHOST.label))

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="invitations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=ROLES, default=Role.SPEAKER)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["space", "user"], condition=Q(state="open"), name="invitation_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="invitation_state_matches_times",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[Role.SPEAKER, Role.COHOST]), name="invitation_to_the_stage"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} invited to {self.space_id} as {self.role}: {self.state}"


class Pin(models.Model):
    """A link, or a few words, that host and co-hosts keep in everybody's sight."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="pins")
    url = models.URLField(max_length=PIN_URL_MAX, blank=True)
    title = models.CharField(max_length=PIN_TITLE_MAX, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=~Q(url="", title=""), name="pin_says_something"),
            models.UniqueConstraint(fields=["space", "url", "title"], name="pin_once"),
        )

    def __str__(self) -> str:
        return self.title or self.url
