"""Rows of Spaces in bulk: what lists and search are tried on."""

from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from recordings.models import Recording
from rooms.models import Participation, Role, Space, Topic
from tests.factories import UserFactory


def live(
    host: User, title: str = "Live", *, now: datetime, topics: tuple[str, ...] = (), **fields: Any
) -> Space:
    """A Space on air with its host on stage."""
    space = Space.objects.create(host=host, title=title, started_at=now, **fields)
    Participation.objects.create(space=space, user=host, role=Role.HOST, on_stage_since=now)
    space.topics.set(Topic.objects.filter(slug__in=topics))
    return space


def scheduled(
    host: User, title: str = "Soon", *, at: datetime, topics: tuple[str, ...] = (), **fields: Any
) -> Space:
    """A Space announced for `at`."""
    space = Space.objects.create(host=host, title=title, state="scheduled", scheduled_at=at, **fields)
    space.topics.set(Topic.objects.filter(slug__in=topics))
    return space


def ended(
    host: User, title: str = "Over", *, at: datetime, topics: tuple[str, ...] = (), **fields: Any
) -> Space:
    """A Space that ended at `at` after half an hour."""
    space = Space.objects.create(
        host=host,
        title=title,
        state="ended",
        started_at=at - timedelta(minutes=30),
        ended_at=at,
        end_reason="host",
        **fields,
    )
    space.topics.set(Topic.objects.filter(slug__in=topics))
    return space


def replayed(
    host: User, title: str = "Over", *, at: datetime, topics: tuple[str, ...] = (), **fields: Any
) -> Space:
    """A Space that ended at `at`, and can be heard again for a month; the row alone, without a file."""
    space = ended(host, title, at=at, topics=topics, **fields)
    heard_again(space)
    return space


def heard_again(space: Space) -> Recording:
    """The row of a recording of an ended Space that is ready."""
    assert space.ended_at
    return Recording.objects.create(
        space=space,
        state=Recording.State.READY,
        duration_ms=1_800_000,
        mix="nothing.mp3",
        ready_at=space.ended_at,
        expires_at=space.ended_at + timedelta(days=30),
    )


def many_live(count: int, *, now: datetime) -> list[Space]:
    """Live Spaces of as many hosts, each with three topics, the first the largest."""
    topics = list(Topic.objects.all()[:3])
    spaces = []
    for number, host in enumerate(UserFactory.create_batch(count)):
        space = live(host, f"Live {number}", now=now, listeners_seen=count - number)
        space.topics.set(topics)
        spaces.append(space)
    return spaces
