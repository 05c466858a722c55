"""What was recorded, and the replay that is made of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rooms.models import Space


class Recording(models.Model):
    """The recording of a Space, at most one: while it runs, while the mix is made, and as replay until it is deleted.

    `mix` is the name of a file in the storage of recordings, `waveform` up to 1,000 peaks from 0 to 100. The replay's time 0 is
    the beginning of the first stretch; what was said while the recording was off is not in it. `trimmed_ms` of its beginning is
    skipped by choice of the host. `title` is the Space's unless it is given another. `progress` (percent) is that of the mix.
    `expires_at` is when it is deleted unless it is `kept`. A deleted one leaves its row, without files.

    While it is being made ready, the worker that does it has put its `claim` on the row, until `claimed_until`; `mix_attempts`
    have failed since, and none is made before `mix_due_at`.
    """

    class State(models.TextChoices):
        ON = "on", _("Recording")
        OFF = "off", _("Switched off for now")
        PROCESSING = "processing", _("Being made ready")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        DELETED = "deleted", _("Deleted")

    space = models.OneToOneField(Space, on_delete=models.CASCADE, related_name="recording")
    state = models.CharField(max_length=10, choices=State, default=State.ON)
    # A stable code of what goes wrong ("disk_full"), for the host; the Space goes on.
    trouble = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    title = models.CharField(max_length=settings.SPACES_TITLE_MAX_LENGTH, blank=True)
    trimmed_ms = models.PositiveIntegerField(default=0)
    duration_ms = models.PositiveIntegerField(default=0)
    mix = models.CharField(max_length=200, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    waveform = models.JSONField(default=list, blank=True)
    progress = models.PositiveSmallIntegerField(default=0)
    # Rises when the mix has to be made anew (a part was taken out): what was made of an older state is thrown away.
    revision = models.PositiveIntegerField(default=1)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    kept = models.BooleanField(default=False)
    plays = models.PositiveIntegerField(default=0)
    deleted_at = models.DateTimeField(null=True, blank=True)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    mix_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    mix_attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        indexes = (
            models.Index(fields=["mix_due_at"], condition=Q(state="processing"), name="recording_mix_due"),
            models.Index(fields=["expires_at"], condition=Q(state="ready", kept=False), name="recording_due"),
            models.Index(fields=["-ready_at", "-id"], condition=Q(state="ready"), name="recording_replays"),
        )

    def __str__(self) -> str:
        return f"Recording of {self.space_id}: {self.state}"


class RecordingStretch(models.Model):
    """One stretch of time in which the recording was on; `ends_at_ms` is null while it is."""

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="stretches")
    starts_at_ms = models.PositiveIntegerField()
    ends_at_ms = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        ordering = ("starts_at_ms",)
        constraints = (
            models.UniqueConstraint(
                fields=["recording"], condition=Q(ends_at_ms__isnull=True), name="recording_one_open_stretch"
            ),
            models.CheckConstraint(
                condition=Q(ends_at_ms__isnull=True) | Q(ends_at_ms__gte=F("starts_at_ms")),
                name="recording_stretch_runs_forward",
            ),
        )

    def __str__(self) -> str:
        return f"{self.recording_id}: {self.starts_at_ms} to {self.ends_at_ms or 'now'}"


class RecordingTrack(models.Model):
    """What one speaker's microphone gave in one go, as one Opus file in the storage of recordings.

    A speaker who leaves and comes back, or whose worker died, has several. With `removed_at` the speaker took it out: the file
    is gone, and the next mix is without it.
    """

    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="tracks")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="recording_tracks"
    )
    speaker_name = models.CharField(max_length=50)
    starts_at_ms = models.PositiveIntegerField()
    duration_ms = models.PositiveIntegerField(default=0)
    file = models.CharField(max_length=200, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    closed_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("starts_at_ms", "pk")

    def __str__(self) -> str:
        return f"{self.speaker_name} from {self.starts_at_ms} ms"


class RecordingConsent(models.Model):
    """Somebody lets what they say on the stage of a Space be recorded. Nobody is recorded without.

    `given_with` says what they did when they were told of it.
    """

    class GivenWith(models.TextChoices):
        HOSTING = "hosting", _("Starting the recording, or the Space")
        REQUEST = "request", _("Asking to speak")
        INVITATION = "invitation", _("Accepting an invitation")
        STAGE = "stage", _("Saying so on stage")

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="recording_consents")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recording_consents"
    )
    given_with = models.CharField(max_length=10, choices=GivenWith)
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["space", "user"], name="recording_consent_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} in {self.space_id} at {self.given_at}"


class DoomedFile(models.Model):
    """A file that is to be deleted from the storage of recordings, from `doomed_at` on.

    Written in the transaction that gives the file up, and gone once the file is, so that nothing is left behind whatever dies
    in between. One that is just being written is doomed in an hour, and saved by the transaction that takes it over.
    """

    name = models.CharField(max_length=200)
    doomed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name
