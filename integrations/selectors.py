"""Reads of tokens and webhooks."""

import hashlib
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import User
from integrations.errors import TokenNotFound, WebhookNotFound
from integrations.models import ApiToken, Webhook, WebhookDelivery

# What every token begins with, so that tools that look for secrets in the wrong place can find it.
PREFIX = "spaces_"


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """Those that were not taken back, the newest first; also those that have run out."""
    return ApiToken.objects.filter(owner=user, revoked_at__isnull=True).order_by("-pk")


def token_of(user: User, token_id: int) -> ApiToken:
    """One of them. Raises TokenNotFound."""
    found = tokens_of(user).filter(pk=token_id).first()
    if found is None:
        raise TokenNotFound()
    return found


def token_by_secret(secret: str, *, now: datetime) -> ApiToken | None:
    """The token that a program sends, if it is good: not taken back, not run out, of somebody who may sign in. One query."""
    return (
        ApiToken.objects.select_related("owner")
        .filter(digest=digest_of(secret), revoked_at__isnull=True)
        .filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        .filter(owner__is_active=True, owner__is_suspended=False)
        .first()
    )


def digest_of(secret: str) -> str:
    """What is kept of a token. It is 256 random bits, so that a plain digest cannot be guessed from."""
    return hashlib.sha256(secret.encode()).hexdigest()


def webhooks_of(user: User) -> QuerySet[Webhook]:
    """All of theirs, the newest first."""
    return Webhook.objects.filter(owner=user).order_by("-pk")


def webhook_of(user: User, webhook_id: int, *, lock: bool = False) -> Webhook:
    """One of them; `lock`: its row is locked. Raises WebhookNotFound."""
    rows = webhooks_of(user).select_for_update() if lock else webhooks_of(user)
    found = rows.filter(pk=webhook_id).first()
    if found is None:
        raise WebhookNotFound()
    return found


def deliveries_of(hook: Webhook) -> QuerySet[WebhookDelivery]:
    """The log of a webhook, the newest first."""
    return WebhookDelivery.objects.filter(webhook=hook).order_by("-pk")


def delivery_of(user: User, delivery_id: int) -> WebhookDelivery:
    """A line of one of their logs, with its webhook. Raises WebhookNotFound."""
    rows = WebhookDelivery.objects.select_related("webhook").filter(webhook__owner=user)
    found = rows.filter(pk=delivery_id).first()
    if found is None:
        raise WebhookNotFound()
    return found
