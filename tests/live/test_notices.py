"""Notifications on the sockets of those who are told: of one person, and of a fan-out."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from rooms.live import notices
from rooms.live.database import in_database
from social.models import Kind, Notification
from social.services.fanouts import fanout_schedule, fanouts_run
from social.services.notifications import notifications_seen, notify
from tests.factories import FollowFactory, UserFactory
from tests.live.clients import SocketClient
from tests.live.conftest import Connect


@pytest.fixture
def follower(listener: User, host: User, no_audio: None) -> User:
    """Somebody who follows the host."""
    FollowFactory(follower=listener, followee=host)
    return listener


async def counts(client: SocketClient) -> dict[str, int]:
    """The next numbers on the inbox."""
    found: dict[str, int] = (await client.next("inbox.counts"))["data"]
    return found


def tell_followers(host: User) -> int:
    """The host is live, and a worker has told those who follow."""
    now = datetime.now(UTC)
    fanout_schedule(
        key="live:1",
        audience="followers",
        kind=Kind.LIVE,
        event="live",
        actor=host,
        data={"title": "Morning voices"},
        due_at=now,
        now=now,
    )
    return fanouts_run(now=now)


async def test_numbers_come_with_the_connection(connect: Connect, host: User, listener: User) -> None:
    await in_database(notify)(
        user=listener, kind=Kind.FOLLOWER, key="follower:1", actor=host, now=datetime.now(UTC)
    )
    assert await counts(await connect(listener)) == {"messages": 0, "notifications": 1}
    guest = await connect(None)
    assert "inbox.counts" not in [frame["type"] for frame in await guest.quiet()]


async def test_a_fan_out_reaches_those_who_were_told_and_nobody_else(
    connect: Connect, host: User, follower: User, outsider: User
) -> None:
    mine, also_mine, other = await connect(follower), await connect(follower), await connect(outsider)
    for client in (mine, also_mine, other):
        assert await counts(client) == {"messages": 0, "notifications": 0}
    assert await in_database(tell_followers)(host) == 1
    for client in (mine, also_mine):
        added = (await client.next("notification.added"))["data"]["notification"]
        assert (added["kind"], added["title"], added["text"]) == (
            "live",
            "The Host is live",
            "Morning voices",
        )
        assert await counts(client) == {"messages": 0, "notifications": 1}
    assert "notification.added" not in [frame["type"] for frame in await other.quiet()]


async def test_seen_on_one_device_is_seen_on_the_other(connect: Connect, host: User, listener: User) -> None:
    await in_database(notify)(
        user=listener, kind=Kind.FOLLOWER, key="follower:1", actor=host, now=datetime.now(UTC)
    )
    client = await connect(listener)
    assert (await counts(client))["notifications"] == 1
    await in_database(notifications_seen)(user=listener)
    await client.next("notifications.seen")
    assert (await counts(client))["notifications"] == 0


def _queries(message: dict[str, Any], among: list[int]) -> int:
    with CaptureQueriesContext(connection) as queries:
        frames, _ = notices._told(message, among)
    assert len(frames) == len(among) - 1
    return len(queries)


@pytest.mark.parametrize("people", [2, 300])
def test_a_process_asks_twice_for_any_number_of_its_people(host: User, people: int) -> None:
    told = [UserFactory() for _ in range(people)]
    Notification.objects.bulk_create(
        Notification(user=person, kind=Kind.LIVE, key="live:1", actor=host) for person in told[1:]
    )
    message = {"type": "hub.notified", "key": "live:1", "after": 0, "upto": None}
    assert _queries(message, [person.pk for person in told]) == 2


def test_only_the_people_that_are_named(host: User) -> None:
    told = [UserFactory() for _ in range(4)]
    keys = [person.pk for person in told]
    Notification.objects.bulk_create(
        Notification(user=person, kind=Kind.LIVE, key="live:1", actor=host, in_app=person != told[2])
        for person in told
    )
    message = {"type": "hub.notified", "key": "live:1", "after": keys[0], "upto": keys[2]}
    frames, counted = notices._told(message, keys)
    # The first is not above `after`, the third is told in no app, the fourth is above `upto`.
    assert [user for user, _ in frames] == [keys[1]]
    assert list(counted) == [keys[1]]
