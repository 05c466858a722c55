"""Tokens with which programs act for somebody, and webhooks by which they hear of what happens."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

NAME_MAX_LENGTH = 50
URL_MAX_LENGTH = 1000


class ApiToken(models.Model):
    """A token that acts for its owner within `scopes`. Itself it is shown once and kept nowhere: `digest` is its SHA-256.

    `hint` is how it begins, so that people know it again in a list, and in the place where they have put it.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=NAME_MAX_LENGTH)
    hint = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["owner", "id"], condition=Q(revoked_at__isnull=True), name="token_of_owner"),
        )

    def __str__(self) -> str:
        return f"{self.hint}… of {self.owner_id}"


class Kind(models.TextChoices):
    """What a webhook can tell of: the Spaces that its owner hosts; `ping` tells of nothing, and is for trying."""

    ANNOUNCED = "space.announced", _("A Space of mine is announced")
    STARTED = "space.started", _("A Space of mine goes live")
    ENDED = "space.ended", _("A Space of mine ends")
    CANCELLED = "space.cancelled", _("A Space of mine is called off")
    EXPIRED = "space.expired", _("A Space of mine was not started in time")
    PING = "ping", _("A test")


class Webhook(models.Model):
    """An address that is told of what happens, signed with `secret`.

    `failures` counts events in a row that were given up; too many of them turn it off, and `off_reason` says so.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=URL_MAX_LENGTH)
    kinds = models.JSONField(default=list)
    secret = models.CharField(max_length=80)
    is_on = models.BooleanField(default=True)
    failures = models.PositiveSmallIntegerField(default=0)
    off_reason = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_ok_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["owner", "id"], name="webhook_of_owner"),)

    def __str__(self) -> str:
        return f"{self.pk} of {self.owner_id}"


class WebhookDelivery(models.Model):
    """One event on its way to one address: a row that a worker claims, sends, and marks; then a line of its log.

    `event_id` is made from what happened, so that nothing is told twice. `body` is what is signed and sent, byte by byte.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Delivered")
        FAILED = "failed", _("Failed")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.UUIDField(default=uuid.uuid4)
    kind = models.CharField(max_length=20, choices=Kind)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True, editable=False)
    claimed_until = models.DateTimeField(null=True, editable=False)
    # Of the last attempt: the status of the answer, how long it took, and what went wrong.
    status = models.PositiveSmallIntegerField(null=True)
    ms = models.PositiveIntegerField(null=True)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "webhook deliveries"
        constraints = (models.UniqueConstraint(fields=["webhook", "event_id"], name="webhook_event_once"),)
        indexes = (
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="webhook_due"),
            models.Index(fields=["created_at"], name="webhook_by_age"),
        )

    def __str__(self) -> str:
        return f"{self.kind} to {self.webhook_id}: {self.state}"
