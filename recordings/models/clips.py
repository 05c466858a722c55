"""Short pieces of a Space that listeners share."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

from rooms.models import Space


def new_clip_id() -> UUID:
    """A time-ordered UUID, so that the newest clips are neighbours in the index."""
    return uuid7()


class Clip(models.Model):
    """Up to `CLIP_SECONDS` of a Space, cut from its replay, or from what was last recorded while it is live.

    `starts_at_ms` is in the Space's time. `audio`, `video` and `poster` are names of files in the storage of recordings; the
    video is a card with picture, caption and waveform. While it is made, a worker holds it until `claimed_until`, and
    `progress` is in percent; `due_at` is when what it is cut from is there for certain. Deleted or expired ones leave their
    row, without files.
    """

    class State(models.TextChoices):
        MAKING = "making", _("Being made")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        DELETED = "deleted", _("Deleted")

    id = models.UUIDField(primary_key=True, default=new_clip_id, editable=False)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="clips")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="clips")
    state = models.CharField(max_length=10, choices=State, default=State.MAKING)
    caption = models.CharField(max_length=140, blank=True)
    starts_at_ms = models.PositiveIntegerField()
    duration_ms = models.PositiveIntegerField()
    audio = models.CharField(max_length=200, blank=True)
    video = models.CharField(max_length=200, blank=True)
    poster = models.CharField(max_length=200, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    claimed_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    plays = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    deleted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at",)
        indexes = (
            models.Index(fields=["space", "-created_at"], name="clip_of_space"),
            models.Index(fields=["expires_at"], condition=~Q(state="deleted"), name="clip_due"),
            models.Index(fields=["due_at"], condition=Q(state="making"), name="clip_to_make"),
        )

    def __str__(self) -> str:
        return self.caption or f"Clip of {self.space_id}"

    def get_absolute_url(self) -> str:
        """The clip's own page."""
        return reverse("clip", args=[self.pk])
