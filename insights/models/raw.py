"""What happened, in rows that are deleted after `INSIGHTS_RAW_DAYS`. Days are those of UTC.

`who` is a digest under the day's salt, which is deleted when the day is over: it tells people of a day apart, and no more.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from rooms.models import CameFrom, Space

WHO_LENGTH = 32


class ActiveDay(models.Model):
    """Somebody was here on that day, however often."""

    day = models.DateField()
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="active_days")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["day", "user"], name="active_day_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} on {self.day}"


class DaySalt(models.Model):
    """What digests of a day are made with."""

    day = models.DateField(unique=True)
    salt = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.day)


class BubbleSeen(models.Model):
    """A Space's bubble was on somebody's screen on that day, however often."""

    day = models.DateField()
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    who = models.CharField(max_length=WHO_LENGTH)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["day", "space", "who"], name="bubble_seen_once_a_day"),
        )

    def __str__(self) -> str:
        return f"{self.space_id} on {self.day}"


class JoinReport(models.Model):
    """What a client tells of a join: how long after the tap one was in, and heard the first sound; null: that did not happen.

    One a day for each person, Space and way in: the first, and what later ones know besides.
    """

    day = models.DateField()
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    who = models.CharField(max_length=WHO_LENGTH)
    is_guest = models.BooleanField(default=False)
    came_from = models.CharField(max_length=12, choices=CameFrom, default=CameFrom.OTHER)
    joined_ms = models.PositiveIntegerField(null=True, blank=True)
    sound_ms = models.PositiveIntegerField(null=True, blank=True)
    reported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["day", "space", "who", "came_from"], name="join_report_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(sound_ms__isnull=True)
                | Q(joined_ms__isnull=False, sound_ms__gte=models.F("joined_ms")),
                name="join_report_sound_after_join",
            ),
        )
        indexes = (
            models.Index(
                fields=["day", "sound_ms"], condition=Q(sound_ms__isnull=False), name="join_report_sound"
            ),
        )

    def __str__(self) -> str:
        return f"{self.space_id} on {self.day}, from {self.came_from}"
