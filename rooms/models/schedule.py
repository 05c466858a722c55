"""What comes before a Space: a series of dates, and those who want to be reminded."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.models.spaces import Space, Topic
from social.models import Fanout


class SpaceSeries(models.Model):
    """Spaces that come again every week or month, at the same time by the host's clock.

    The first is on `first_on`; a monthly one comes on that day of the month (a month without it has none), none is after
    `until`. The Spaces are rows of their own, made ahead as far as scheduling reaches (`SPACES_SCHEDULE_MAX_DAYS`).
    """

    class Every(models.TextChoices):
        WEEK = "week", _("Every week")
        MONTH = "month", _("Every month")

    host = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="space_series")
    every = models.CharField(max_length=10, choices=Every)
    first_on = models.DateField()
    local_time = models.TimeField()
    time_zone = models.CharField(max_length=64)
    until = models.DateField(null=True, blank=True)
    # The last date that a Space was made for: the next one is made after it.
    made_until = models.DateField(editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name_plural = "series"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("first_on")),
                name="series_ends_after_its_start",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_every_display()} from {self.first_on}"


class Reminder(models.Model):
    """Somebody wants to be told of a scheduled Space: before it starts, and when it is live, moved or cancelled."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="reminders")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="space_reminders"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["space", "user"], name="reminder_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} waits for {self.space_id}"


class UpcomingSpace(Space):
    """A Space that is announced and has not started, as staff list them."""

    class Meta:
        proxy = True
        ordering = ("scheduled_at",)


class ReminderFanout(Fanout):
    """What is told about scheduled Spaces, as staff list it: the reminder queue."""

    class Meta:
        proxy = True
        ordering = ("due_at", "pk")


class CalendarFeed(models.Model):
    """The secret in the address of somebody's calendar feed, which calendars fetch without a session."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="calendar_feed"
    )
    secret = models.CharField(max_length=43, unique=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return f"Calendar of {self.user_id}"


class TopicFollow(models.Model):
    """Somebody is interested in a topic: its Spaces come first in their lists."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="topic_follows")
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="follows")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "topic"], name="topic_follow_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.topic_id}"
