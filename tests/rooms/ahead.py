"""Announced Spaces for tests."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from rooms.models import Space
from rooms.services.schedule import space_schedule


def scheduled(host: User, now: datetime, *, hours: float = 24, **more: Any) -> Space:
    """A Space of `host` that starts so many hours after `now`."""
    given: dict[str, Any] = {"title": "Morning voices", "scheduled_at": now + timedelta(hours=hours)}
    return space_schedule(host=host, now=now, **(given | more))
