"""Tell one person that something has happened."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from social.models import Notification, Post


def notify(
    *,
    user: User,
    kind: str,
    key: str,
    event: str = "",
    actor: User | None = None,
    space_id: UUID | None = None,
    post: Post | None = None,
    data: Mapping[str, Any] | None = None,
    now: datetime,
    expires_at: datetime | None = None,
) -> Notification | None:
    """Tell `user` something once: by the channels they chose for `kind`; live on their devices after commit.

    `key` says what it is about ("live:<space>", "follower:<id>"): what was told under it is not told again. `data` holds
    what the words need beside actor, Space and post ("title", "role", "at" …). Deliveries are dropped after `expires_at`.
    Returns None when it was told before, when one of the two blocks the other, when `user` has muted `actor`, when both are
    the same, or when no channel is wanted. Call it inside the transaction of what has happened.
    """
    try:
        with transaction.atomic():
            return Notification.objects.create(
                user=user,
                kind=kind,
                event=event,
                key=key,
                actor=actor,
                space_id=space_id,
                post=post,
                data=dict(data or {}),
                created_at=now,
            )
    except IntegrityError:
        return None


def notification_withdraw(*, user: User, key: str) -> bool:
    """Take back what was told under `key`, with what has not been sent of it. Returns whether there was something."""
    deleted, _ = Notification.objects.filter(user=user, key=key).delete()
    return bool(deleted)
