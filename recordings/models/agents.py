"""The workers (hidden participants of LiveKit) that a Space wants in its room."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.models import Space


class AgentJob(models.Model):
    """One worker's stay in a room, from the wish for it to its end. What dies is followed by a new row with a higher `attempt`.

    `dispatch_id` is LiveKit's, `worker` names the process that took it. `seen_at` is its last sign: a job that gives none for
    `AGENT_LEASE_SECONDS` has lost its claim, and must write nothing more.
    """

    class Kind(models.TextChoices):
        CAPTIONS = "captions", _("Captions")
        RECORDING = "recording", _("Recording")

    class State(models.TextChoices):
        WANTED = "wanted", _("Wanted")
        DISPATCHED = "dispatched", _("Asked for")
        RUNNING = "running", _("Running")
        ENDED = "ended", _("Ended")
        FAILED = "failed", _("Failed")

    OPEN = (State.WANTED, State.DISPATCHED, State.RUNNING)

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="agent_jobs")
    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State, default=State.WANTED)
    attempt = models.PositiveIntegerField(default=1)
    dispatch_id = models.CharField(max_length=64, blank=True)
    worker = models.CharField(max_length=64, blank=True)
    error = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["space", "kind"],
                condition=Q(state__in=["wanted", "dispatched", "running"]),
                name="agent_job_one_open",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.space_id}, attempt {self.attempt}: {self.state}"
