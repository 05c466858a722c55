"""What people write in a Space beside the stage."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from rooms.models.spaces import Space


class RoomMessage(models.Model):
    """A few words in a Space. Keys rise with time: the newest has the highest.

    A deleted one is in no answer any more (`rooms.selectors.messages`); its row stays, as evidence for reports. One that is
    held (`held_at`) is seen by its author and by host and co-hosts until one of them lets it through.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="messages")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="room_messages"
    )
    text = models.CharField(max_length=settings.SPACES_MESSAGE_MAX_LENGTH)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    held_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)
    deleted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(text=""), name="room_message_has_text"),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=False) | Q(deleted_by__isnull=True),
                name="room_message_deleted_with_time",
            ),
        )
        indexes = (
            models.Index(
                fields=["space", "-id"], condition=Q(deleted_at__isnull=True), name="room_message_shown"
            ),
        )

    def __str__(self) -> str:
        return f"{self.author_id} in {self.space_id}: {self.text[:40]}"
