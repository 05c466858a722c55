"""The Space, and who is in it as what."""

from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7


def new_space_id() -> UUID:
    """A time-ordered UUID, so that the newest Spaces are neighbours in the index."""
    return uuid7()


class Role(models.TextChoices):
    """What somebody is in one Space. The order is the order of power."""

    HOST = "host", _("Host")
    COHOST = "cohost", _("Co-host")
    SPEAKER = "speaker", _("Speaker")
    LISTENER = "listener", _("Listener")


STAGE_ROLES = (Role.HOST, Role.COHOST, Role.SPEAKER)


class CameFrom(models.TextChoices):
    """By what somebody found their way into a Space: what clients say when they join."""

    BUBBLE = "bubble", "A bubble"
    TAB = "tab", "The lists of Spaces, and search"
    LINK = "link", "The Space's own page"
    CARD = "card", "A shared card or link"
    NOTIFICATION = "notification", "A notification"
    PROFILE = "profile", "A profile"
    OTHER = "other", "Elsewhere"


class Topic(models.Model):
    """A subject that Spaces are found by; the list is kept by staff."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=40)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class SpaceQuerySet(models.QuerySet["Space"]):
    """Reads that more than one selector builds on."""

    def live(self) -> "SpaceQuerySet":
        """Spaces that are on air."""
        return self.filter(state=Space.State.LIVE)

    def for_cards(self) -> "SpaceQuerySet":
        """With all that a card or an API row shows, in a fixed number of queries."""
        return self.select_related("host", *settings.SPACE_RELATED).prefetch_related("topics")


class Space(models.Model):
    """A live audio room, from its announcement to its end.

    A scheduled one starts (live, then ended), is cancelled, or expires without a start; `ended_at` is when that happened.
    `scheduled_at` is the moment it is announced for, also of one that has started since, `time_zone` the zone the host entered
    it in, `sequence` how often what calendars show has changed (RFC 5545, 3.8.7.4).

    `seq` counts the changes that listeners are told of; it moves only under the row's lock (rooms.events).
    `session` numbers the stretches on air: LiveKit's room is named after both, so that an old token opens nothing new.
    """

    class State(models.TextChoices):
        SCHEDULED = "scheduled", _("Scheduled")
        LIVE = "live", _("Live")
        ENDED = "ended", _("Ended")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")

    class SpeakPolicy(models.TextChoices):
        EVERYONE = "everyone", _("Everyone")
        FOLLOWING = "following", _("People the host follows")
        INVITED = "invited", _("Only people invited to speak")

    class MessagePolicy(models.TextChoices):
        EVERYONE = "everyone", _("Everyone")
        FOLLOWERS = "followers", _("People who follow the host")
        OFF = "off", _("Nobody")

    class EndReason(models.TextChoices):
        HOST = "host", _("Ended by the host")
        HOST_LEFT = "host_left", _("The host did not come back")
        STAFF = "staff", _("Ended by staff")

    id = models.UUIDField(primary_key=True, default=new_space_id, editable=False)
    host = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="hosted_spaces")
    title = models.CharField(max_length=settings.SPACES_TITLE_MAX_LENGTH)
    topics = models.ManyToManyField(Topic, blank=True, related_name="spaces")
    language = models.CharField(max_length=8, choices=settings.SPACES_LANGUAGES, default="en")
    speak_policy = models.CharField(max_length=10, choices=SpeakPolicy, default=SpeakPolicy.EVERYONE)
    rules = models.TextField(max_length=settings.SPACES_RULES_MAX_LENGTH, blank=True)
    description = models.TextField(max_length=settings.SPACES_DESCRIPTION_MAX_LENGTH, blank=True)
    message_policy = models.CharField(max_length=10, choices=MessagePolicy, default=MessagePolicy.EVERYONE)
    guests_allowed = models.BooleanField(default=False)
    # Words (rooms.filters) that no message may have in it; host and co-hosts alone see them.
    blocked_words = models.JSONField(default=list, blank=True)
    # Whether messages of new accounts wait until host or co-host lets them through.
    strict_messages = models.BooleanField(default=False)
    locked_at = models.DateTimeField(null=True, blank=True, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.LIVE)
    seq = models.PositiveBigIntegerField(default=0, editable=False)
    session = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    started_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)
    end_reason = models.CharField(max_length=10, choices=EndReason, blank=True, editable=False)
    scheduled_at = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    series = models.ForeignKey(
        "SpaceSeries", on_delete=models.SET_NULL, null=True, blank=True, related_name="spaces"
    )
    sequence = models.PositiveIntegerField(default=0, editable=False)
    # When what calendars show last changed (RFC 5545, 3.8.7.3); null where nothing was ever announced.
    announced_at = models.DateTimeField(null=True, blank=True, editable=False)
    recording_wanted = models.BooleanField(default=False)
    # Whether what is said is written along, and offensive words in it masked (with a rough engine they always are).
    captions_wanted = models.BooleanField(default=True)
    captions_masked = models.BooleanField(default=True)
    clips_allowed = models.BooleanField(default=True)
    # How many have asked to be reminded; kept in the transaction that writes a Reminder.
    reminder_count = models.PositiveIntegerField(default=0, editable=False)
    # How many were listening when reconciliation last looked: what lists are ordered by.
    listeners_seen = models.PositiveIntegerField(default=0, editable=False)
    host_absent_since = models.DateTimeField(null=True, blank=True, editable=False)
    peak_listeners = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[models.Manager["Space"]] = SpaceQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        constraints = (
            models.UniqueConstraint(
                fields=["host"], condition=Q(state="live"), name="space_one_live_per_host"
            ),
            models.CheckConstraint(
                condition=Q(state="live", started_at__isnull=False, ended_at__isnull=True, end_reason="")
                | (Q(state="ended", ended_at__isnull=False) & ~Q(end_reason=""))
                | Q(
                    state="scheduled",
                    scheduled_at__isnull=False,
                    started_at__isnull=True,
                    ended_at__isnull=True,
                    end_reason="",
                )
                | Q(
                    state__in=["cancelled", "expired"],
                    scheduled_at__isnull=False,
                    started_at__isnull=True,
                    ended_at__isnull=False,
                    end_reason="",
                ),
                name="space_state_matches_times",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="space_has_title"),
        )
        indexes = (
            models.Index(fields=["state", "-started_at"], name="space_by_state"),
            models.Index(fields=["scheduled_at"], condition=Q(state="scheduled"), name="space_upcoming"),
            models.Index(fields=["-ended_at", "-id"], condition=Q(state="ended"), name="space_past"),
            models.Index(
                fields=["language", "-ended_at", "-id"],
                condition=Q(state="ended"),
                name="space_past_language",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The Space's page."""
        return reverse("space", args=[self.pk])

    @property
    def is_live(self) -> bool:
        """Whether the Space is on air."""
        return self.state == self.State.LIVE

    @property
    def is_scheduled(self) -> bool:
        """Whether the Space is announced and has not started."""
        return self.state == self.State.SCHEDULED

    @property
    def is_locked(self) -> bool:
        """Whether nobody new gets in."""
        return self.locked_at is not None

    @property
    def audio_room(self) -> str:
        """Name of the LiveKit room of this session."""
        return f"{self.pk}.{self.session}"


class Participation(models.Model):
    """What one person is in one Space: kept when they leave, so that who was removed stays removed.

    `connection` names the newest join of this account: an older one is told that it was superseded.
    `left_at` is null while the person is in the room. `role_since` is when the role last changed (null for one who never
    had another); `spoke_at` is when they first came on stage, and stays when they
    leave it. `came_from` is how they came in for the first time.
    """

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="participations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="participations"
    )
    role = models.CharField(max_length=10, choices=Role, default=Role.LISTENER)
    muted = models.BooleanField(default=True)
    came_from = models.CharField(max_length=12, choices=CameFrom, default=CameFrom.OTHER, editable=False)
    connection = models.CharField(max_length=32, blank=True, editable=False)
    first_joined_at = models.DateTimeField(default=timezone.now, editable=False)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)
    left_at = models.DateTimeField(null=True, blank=True, editable=False)
    on_stage_since = models.DateTimeField(null=True, blank=True, editable=False)
    role_since = models.DateTimeField(null=True, blank=True, editable=False)
    spoke_at = models.DateTimeField(null=True, blank=True, editable=False)
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["space", "user"], name="participation_once"),
            models.UniqueConstraint(
                fields=["space"], condition=Q(role="host"), name="participation_one_host"
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(role="listener"),
                name="participation_removed_off_stage",
            ),
        )
        indexes = (
            models.Index(
                fields=["space", "-joined_at"],
                condition=Q(left_at__isnull=True),
                name="participation_present",
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} in {self.space_id} as {self.role}"

    @property
    def on_stage(self) -> bool:
        """Whether this person may be heard."""
        return self.role in STAGE_ROLES and self.removed_at is None

    @property
    def is_present(self) -> bool:
        """Whether this person is in the room now."""
        return self.left_at is None


class Attendance(models.Model):
    """One stretch of time that somebody spent in a Space: what listening minutes are counted from."""

    participation = models.ForeignKey(Participation, on_delete=models.CASCADE, related_name="attendances")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["participation"], condition=Q(left_at__isnull=True), name="attendance_one_open"
            ),
        )
        # What of a day's listening is counted by: the stretches that were not over before it.
        indexes = (models.Index(fields=["left_at"], name="attendance_left"),)

    def __str__(self) -> str:
        return f"{self.participation_id}: {self.joined_at} to {self.left_at or 'now'}"
