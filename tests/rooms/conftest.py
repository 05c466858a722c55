"""What the tests of Spaces share."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
import redis
from django.conf import settings

from accounts.models import User
from rooms import presence
from rooms.models import Space
from rooms.services.joining import Joined, space_join
from rooms.services.lifecycle import space_start
from spaces_project.lib import broadcast


@pytest.fixture
def now() -> datetime:
    """The moment the test begins; it adds to it instead of waiting."""
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def at(now: datetime) -> Callable[[float], datetime]:
    """`at(30)` is 30 seconds after `now`."""
    return lambda seconds: now + timedelta(seconds=seconds)


class Sent(list[dict[str, Any]]):
    """The frames that went out, in their order."""

    def types(self) -> list[str]:
        """The type of each."""
        return [frame["type"] for frame in self]

    def of(self, type: str) -> list[dict[str, Any]]:
        """The data of each frame of one type."""
        return [frame["data"] for frame in self if frame["type"] == type]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Every frame that leaves for a Space or a person, as a client would read it."""
    frames = Sent()
    original = broadcast._group_send

    def group_send(group: str, message: dict[str, Any]) -> None:
        if "text" in message:
            frames.append(orjson.loads(message["text"]) | {"group": group})
        original(group, message)

    monkeypatch.setattr(broadcast, "_group_send", group_send)
    return frames


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Callable[[], Any]:
    """`with committed():` runs what services leave for after the commit."""

    @contextmanager
    def run() -> Iterator[None]:
        with django_capture_on_commit_callbacks(execute=True):
            yield

    return run


@pytest.fixture
def space(host: User, now: datetime, committed: Any) -> Iterator[Space]:
    """A live Space that its host has started and joined."""
    with committed():
        space = space_start(host=host, title="Morning voices", now=now)
        space_join(space=space, user=host, now=now)
    space.refresh_from_db()
    yield space
    presence.forget(space.pk)


@pytest.fixture
def join(committed: Any, now: datetime) -> Callable[..., Joined]:
    """`join(space, user)` lets somebody in."""

    def joined(space: Space, user: User, *, later: datetime | None = None) -> Joined:
        with committed():
            return space_join(space=space, user=user, now=later or now)

    return joined


@pytest.fixture
def no_audio(settings: Any) -> None:
    """An installation without LiveKit."""
    settings.LIVEKIT_URL = ""


@pytest.fixture
def redis_wiped() -> Callable[[], None]:
    """`redis_wiped()` makes Redis forget everything, as after a crash without persistence."""
    return lambda: cache_client().flushdb()


def cache_client() -> "redis.Redis":
    """A connection of the tests' own."""
    return redis.Redis.from_url(settings.REDIS_URL)
