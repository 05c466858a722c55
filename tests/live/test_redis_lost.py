"""Redis goes away and comes back, empty, in the middle of a Space."""

import logging
from datetime import UTC, datetime

import pytest

from accounts.models import User
from rooms.live.database import in_database
from rooms.models import Space
from rooms.services.lifecycle import space_end
from rooms.services.stage import mic_set
from tests.factories import FollowFactory
from tests.live.conftest import Connect
from tests.live.test_space_frames import join, tick, watch
from tests.own_redis import OwnRedis


def now() -> datetime:
    """The time of an act."""
    return datetime.now(UTC)


async def test_what_was_missed_is_fetched_and_what_follows_arrives(
    own_redis: OwnRedis, connect: Connect, space: Space, host: User, listener: User, outsider: User
) -> None:
    await in_database(FollowFactory)(follower=outsider, followee=host)
    client, follower, guest = await connect(listener), await connect(outsider), await connect(None)
    first = await watch(client, space)
    connection = await join(space, listener)
    await client.ask("space.present", space=str(space.pk), connection=connection)
    await tick(client, 1)

    await in_database(own_redis.stop)()
    await in_database(mic_set)(space=space, user=host, muted=False, now=now())
    # Watching works on without Redis: the database is the truth.
    assert (await watch(guest, space))["seq"] == first["seq"] + 1
    await in_database(own_redis.start)()

    resync = await client.next("space.resync")
    assert (resync["space"], resync["data"]["within_ms"]) == (str(space.pk), 504)
    again = await watch(client, space)
    assert again["seq"] == first["seq"] + 1
    assert again["stage"][0]["muted"] is False
    # The people are still counted, though Redis has forgotten them.
    await tick(client, 1)
    await in_database(mic_set)(space=space, user=host, muted=True, now=now())
    for one in (client, guest):
        assert (await one.next("stage.muted"))["seq"] == first["seq"] + 2
    await in_database(space_end)(space=space, by=host, now=now())
    assert (await follower.next("bubble.hidden"))["data"] == {"space": str(space.pk)}


async def test_a_space_that_ended_meanwhile_loses_its_bubble(
    own_redis: OwnRedis, connect: Connect, space: Space, host: User, outsider: User
) -> None:
    await in_database(FollowFactory)(follower=outsider, followee=host)
    follower = await connect(outsider)
    assert len((await follower.next("bubbles.snapshot"))["data"]["bubbles"]) == 1
    await in_database(own_redis.stop)()
    await in_database(space_end)(space=space, by=host, now=now())
    await in_database(own_redis.start)()
    assert (await follower.next("bubble.hidden"))["data"] == {"space": str(space.pk)}


async def test_one_can_connect_while_redis_is_away(
    own_redis: OwnRedis,
    connect: Connect,
    space: Space,
    host: User,
    listener: User,
    caplog: pytest.LogCaptureFixture,
) -> None:
    own_redis.stop()
    client = await connect(listener)
    snapshot = await watch(client, space)
    await in_database(own_redis.start)()
    await in_database(mic_set)(space=space, user=host, muted=False, now=now())
    frame = await client.next("space.resync", "stage.muted", "space.tick")
    if frame["type"] != "stage.muted":
        assert (await watch(client, space))["seq"] == snapshot["seq"] + 1
    assert [
        record for record in caplog.records if record.levelno >= logging.ERROR and "rooms" in record.name
    ] == []
