"""Spaces that are to come, and people who wait for them: rows alone, for tests of what follows from them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F

from accounts.models import User
from rooms.models import Participation, Reminder, Role, Space


def announced(host: User, at: datetime, **fields: Any) -> Space:
    """A Space that `host` has announced for `at`; nothing is planned yet."""
    given = {"title": "Morning voices", "time_zone": "Europe/Berlin"} | fields
    space = Space.objects.create(host=host, state=Space.State.SCHEDULED, scheduled_at=at, **given)
    Participation.objects.create(space=space, user=host, role=Role.HOST, left_at=space.created_at)
    return space


def waiting(space: Space, people: Iterable[User]) -> None:
    """These people have asked to be reminded."""
    made = Reminder.objects.bulk_create(Reminder(space=space, user=person) for person in people)
    Space.objects.filter(pk=space.pk).update(reminder_count=F("reminder_count") + len(made))


def closed(space: Space, state: str, now: datetime) -> Space:
    """The Space with another end than a start: cancelled or expired."""
    space.state, space.ended_at = state, now
    space.save(update_fields=["state", "ended_at"])
    return space


def on_air(space: Space, now: datetime) -> Space:
    """The Space, started."""
    space.state, space.started_at = Space.State.LIVE, now
    space.save(update_fields=["state", "started_at"])
    return space
