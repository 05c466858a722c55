"""What was understood of what was said."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from rooms.models import Space


class CaptionLine(models.Model):
    """One final line of captions. Together, in the order of their offsets, they are the transcript.

    `speaker_name` is as it was then; `user` is null once the account is gone. `engine` names what understood it; `masked` says
    that words of it were masked. A line with `removed_at` is shown to nobody: its speaker, the host or staff took it out.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="caption_lines")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="caption_lines"
    )
    speaker_name = models.CharField(max_length=50)
    starts_at_ms = models.PositiveIntegerField()
    ends_at_ms = models.PositiveIntegerField()
    text = models.TextField(max_length=1000)
    masked = models.BooleanField(default=False)
    language = models.CharField(max_length=8)
    engine = models.CharField(max_length=40)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("starts_at_ms", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at_ms__gte=F("starts_at_ms")), name="caption_line_runs_forward"
            ),
        )
        indexes = (models.Index(fields=["space", "starts_at_ms", "id"], name="caption_line_in_order"),)

    def __str__(self) -> str:
        return f"{self.speaker_name}: {self.text}"
