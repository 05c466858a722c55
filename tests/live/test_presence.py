"""Who is there, as Redis has it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.models import User
from rooms import presence
from rooms.models import Participation, Role, Space
from rooms.presence import PresenceUnavailable
from spaces_project.lib.redis_client import redis_client

NOW = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    """So many seconds later."""
    return NOW + timedelta(seconds=seconds)


@pytest.fixture
def room() -> Iterator[UUID]:
    """A Space's id, without a Space."""
    room = uuid4()
    yield room
    presence.forget(room)


@pytest.fixture
def no_redis(settings: Any) -> None:
    """Nothing listens there."""
    settings.REDIS_URL = "redis://127.0.0.1:1/0"


def test_people_are_seen_for_so_many_seconds(room: UUID, settings: Any) -> None:
    settings.SPACES_PRESENCE_SECONDS = 20
    presence.touch(room, [1, 2], NOW)
    presence.touch(room, [2, 3], after(10))
    assert presence.seen(room, after(20)) == {1, 2, 3}
    assert presence.seen(room, after(20.1)) == {2, 3}
    assert presence.seen(room, after(31)) == set()


def test_a_late_call_makes_nobody_look_gone(room: UUID) -> None:
    presence.touch(room, [1], after(10))
    presence.touch(room, [1], NOW)
    assert presence.seen(room, after(25)) == {1}


def test_who_leaves_is_gone_at_once(room: UUID) -> None:
    presence.touch(room, [1, 2], NOW)
    presence.drop(room, [1])
    presence.drop(room, [])
    assert presence.seen(room, NOW) == {2}
    presence.forget(room)
    assert presence.seen(room, NOW) == set()


def test_many_rooms_are_touched_and_counted_in_one_call(room: UUID) -> None:
    other = uuid4()
    presence.touch_many({str(room): [1, 2, 3], str(other): {4}, str(uuid4()): []}, NOW)
    assert presence.count({room: [], other: []}, after(1)) == {room: 3, other: 1}
    assert presence.count({room: [2, 9], other: [4]}, after(1)) == {room: 2, other: 0}
    assert presence.count({room: [2]}, after(100)) == {room: 0}
    assert presence.count({}) == {}
    presence.forget(other)


def test_sets_expire_by_themselves(room: UUID, settings: Any) -> None:
    presence.touch(room, [1], NOW)
    ttl = redis_client().ttl(presence._key(room))
    assert isinstance(ttl, int)
    assert settings.SPACES_PRESENCE_SECONDS < ttl <= 3 * settings.SPACES_PRESENCE_SECONDS


def test_it_is_settled_when_it_has_been_gathered_long_enough(room: UUID, settings: Any) -> None:
    redis_client().delete(presence._SINCE)
    assert not presence.is_settled(NOW)
    assert not presence.is_settled(after(settings.SPACES_PRESENCE_SECONDS - 1))
    assert presence.is_settled(after(settings.SPACES_PRESENCE_SECONDS))
    redis_client().delete(presence._SINCE)
    presence.touch(room, [1], after(100))
    assert not presence.is_settled(after(101))
    redis_client().delete(presence._SINCE)


@pytest.mark.django_db
@pytest.mark.parametrize("number", [1, 30])
def test_those_on_stage_are_no_listeners(host: User, number: int, django_assert_num_queries: Any) -> None:
    spaces = []
    for _ in range(number):
        space = Space.objects.create(
            host=host, title="One of many", state="ended", started_at=NOW, ended_at=NOW, end_reason="host"
        )
        Participation.objects.create(space=space, user=host, role=Role.HOST)
        presence.touch(space.pk, [host.pk, 10_001, 10_002], NOW)
        spaces.append(space.pk)
    with django_assert_num_queries(1):
        counts = presence.listener_counts(spaces, after(1))
    assert counts == dict.fromkeys(spaces, 2)
    for space_id in spaces:
        presence.forget(space_id)


@pytest.mark.django_db
def test_without_redis_nobody_is_counted_and_nobody_is_taken_for_gone(
    room: UUID, no_redis: None, caplog: pytest.LogCaptureFixture
) -> None:
    presence.touch(room, [1], NOW)
    presence.drop(room, [1])
    presence.forget(room)
    assert presence.listener_counts([room]) == {room: 0}
    assert not presence.is_settled(NOW)
    with pytest.raises(PresenceUnavailable):
        presence.seen(room, NOW)
    assert {record.levelname for record in caplog.records} == {"WARNING"}
