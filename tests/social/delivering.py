"""Notifications with what is to go out of them, as rows."""

from datetime import datetime
from typing import Any

from accounts.models import User
from social.models import Channel, Delivery, Kind, Notification

_number = iter(range(1, 1_000_000))


def waiting(
    user: User,
    *,
    now: datetime,
    channel: str = Channel.EMAIL,
    kind: str = Kind.FOLLOWER,
    actor: User | None = None,
    due_at: datetime | None = None,
    expires_at: datetime | None = None,
    **fields: Any,
) -> Delivery:
    """A delivery that waits, due now unless told otherwise, of a notification of its own."""
    notification = Notification.objects.create(
        user=user, kind=kind, key=f"test:{next(_number)}", actor=actor, created_at=now, **fields
    )
    return Delivery.objects.create(
        notification=notification, user=user, channel=channel, due_at=due_at or now, expires_at=expires_at
    )


def state_of(delivery: Delivery) -> tuple[str, str]:
    """Its state and why."""
    delivery.refresh_from_db()
    return str(delivery.state), delivery.error
