"""What the tests of accounts share."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.dispatch import Signal
from redis import Redis

from accounts.signals import follow_changed, sessions_ended


@pytest.fixture
def now() -> datetime:
    """The moment the test begins."""
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """An empty folder for uploads."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def fresh_rate_limits() -> None:
    """Nobody has tried to sign in yet. allauth's limits stay on in tests."""
    redis = Redis.from_url(django_settings.REDIS_URL)
    for key in redis.scan_iter("*allauth:rl*"):
        redis.delete(key)
    redis.close()


class Heard(list[dict[str, Any]]):
    """What a signal carried, one dictionary each time it was sent."""

    def receive(self, sender: object, signal: Signal, **data: Any) -> None:
        """Note it."""
        self.append(data)


@pytest.fixture
def heard_sessions_ended() -> Iterator[Heard]:
    """What `sessions_ended` says."""
    heard = Heard()
    sessions_ended.connect(heard.receive, weak=False)
    yield heard
    sessions_ended.disconnect(heard.receive)


@pytest.fixture
def heard_follow_changed() -> Iterator[Heard]:
    """What `follow_changed` says."""
    heard = Heard()
    follow_changed.connect(heard.receive, weak=False)
    yield heard
    follow_changed.disconnect(heard.receive)
