"""Tokens with which programs act for somebody."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

NAME_MAX_LENGTH = 50


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
