"""What somebody is told, by which channel, and how one event is told to many."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from social.models.posts import Post


class Kind(models.TextChoices):
    """What a notification is about; preferences are by kind. Defaults of each: social.notification_kinds."""

    LIVE = "live", _("Somebody you follow is live")
    INVITED = "invited", _("Invitations to speak or co-host")
    REQUEST_ACCEPTED = "request_accepted", _("Your request to speak is accepted")
    FOLLOWER = "follower", _("New followers")
    MENTION = "mention", _("Mentions and replies")
    MESSAGE = "message", _("Direct messages")
    REMINDER = "reminder", _("Reminders and changes of scheduled Spaces")
    TICKET = "ticket", _("Tickets")
    EARNINGS = "earnings", _("Tips, sales and payouts")
    RECORDING = "recording", _("Recordings and replays")
    MODERATION = "moderation", _("Decisions of the moderators")
    FEEDBACK = "feedback", _("Answers to your feedback")


class Channel(models.TextChoices):
    """A way of telling somebody."""

    IN_APP = "in_app", _("In the app")
    EMAIL = "email", _("E-mail")
    PUSH = "push", _("Push")


class Notification(models.Model):
    """One thing somebody is told, once: `key` says what ("live:<space>"), and is unique for the person.

    `event` is what happened within the kind ("soon", "moved"); words are made when shown, from both and `data`. With
    `in_app` off it is no part of the notification centre, and only there for its deliveries.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=20, choices=Kind)
    event = models.CharField(max_length=20, blank=True)
    key = models.CharField(max_length=100)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    space_id = models.UUIDField(null=True, blank=True)
    post = models.ForeignKey(Post, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict, blank=True)
    in_app = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "key"], name="notification_once"),)
        indexes = (
            models.Index(fields=["user", "-id"], condition=Q(in_app=True), name="notification_centre"),
            models.Index(fields=["key"], name="notification_by_key"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.event} for {self.user_id}"


class NotificationPreference(models.Model):
    """What somebody chose for one kind; without a row the kind's defaults hold."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notification_preferences"
    )
    kind = models.CharField(max_length=20, choices=Kind)
    in_app = models.BooleanField()
    email = models.BooleanField()
    push = models.BooleanField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "kind"], name="notification_preference_once"),)

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind}"


class Fanout(models.Model):
    """One event to be told to many, from `due_at` on: a row that workers claim and carry on from its `cursor`.

    `audience` names who is told (`FANOUT_AUDIENCES`); everybody gets a Notification with this row's `key`, so that nobody is
    told twice, however many fan-outs share it. `cursor` is the key of the last user written; it moves in the transaction
    that writes the notifications. `claimed_until` is the worker's lease: once over, another carries on.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        DROPPED = "dropped", _("Dropped")

    key = models.CharField(max_length=100)
    audience = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, choices=Kind)
    event = models.CharField(max_length=20, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    space_id = models.UUIDField(null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField()
    # Told later than this it no longer makes sense: it is dropped, and so are deliveries not yet sent.
    expires_at = models.DateTimeField(null=True, blank=True)
    cursor = models.BigIntegerField(default=0, editable=False)
    written = models.PositiveIntegerField(default=0, editable=False)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = (
            # Two constraints, since null is not equal to null.
            models.UniqueConstraint(
                fields=["key", "audience", "actor"], condition=Q(actor__isnull=False), name="fanout_once"
            ),
            models.UniqueConstraint(
                fields=["key", "audience"], condition=Q(actor__isnull=True), name="fanout_once_no_actor"
            ),
        )
        indexes = (
            models.Index(fields=["due_at"], condition=Q(state__in=["waiting", "running"]), name="fanout_due"),
            models.Index(fields=["space_id", "state"], name="fanout_of_space"),
        )

    def __str__(self) -> str:
        return f"{self.key} to {self.audience}: {self.state}"


class Delivery(models.Model):
    """A notification on its way out, by e-mail or push: a row that workers claim, send, and mark."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        DROPPED = "dropped", _("Dropped")
        FAILED = "failed", _("Failed")

    CHANNELS = ((Channel.EMAIL, Channel.EMAIL.label), (Channel.PUSH, Channel.PUSH.label))

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="deliveries")
    # The notification's own, so that what is due for one person is found without a join.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=10, choices=CHANNELS)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True, blank=True, editable=False)
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = (models.UniqueConstraint(fields=["notification", "channel"], name="delivery_once"),)
        indexes = (
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["user", "channel"], condition=Q(state="waiting"), name="delivery_of_user"),
        )

    def __str__(self) -> str:
        return f"{self.notification_id} by {self.channel}: {self.state}"


class PushSubscription(models.Model):
    """A browser that takes push messages for somebody (RFC 8030; keys of RFC 8291)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="push_subscriptions"
    )
    endpoint = models.CharField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=40)
    device = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_sent_at = models.DateTimeField(null=True, blank=True, editable=False)

    def __str__(self) -> str:
        return f"{self.user_id} on {self.device or 'a browser'}"


class AppDevice(models.Model):
    """An app on a phone that takes push messages for somebody, by the provider of its system (social.apppush).

    `token` is what the provider gave the app; `session_key` the session it was registered in, with whose end it goes.
    """

    class Kind(models.TextChoices):
        FCM = "fcm", "Android (FCM)"
        APNS = "apns", "iPhone, iPad (APNs)"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="app_devices")
    kind = models.CharField(max_length=10, choices=Kind)
    token = models.CharField(max_length=500)
    name = models.CharField(max_length=100, blank=True)
    app_version = models.CharField(max_length=40, blank=True)
    session_key = models.CharField(max_length=40, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_sent_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["kind", "token"], name="app_device_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} on {self.name or self.kind}"
