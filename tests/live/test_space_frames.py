"""A Space on the socket, frame by frame, with the acts of real people."""

import asyncio
from datetime import UTC, datetime
from typing import Any

from accounts.models import User
from rooms import presence, selectors
from rooms.live.database import in_database
from rooms.live.hub import hub_of_this_loop
from rooms.models import Participation, Space
from rooms.services.joining import space_join
from rooms.services.lifecycle import space_end
from rooms.services.stage import mic_set
from spaces_project.lib import broadcast
from spaces_project.lib.redis_client import redis_client
from tests.live.clients import SocketClient
from tests.live.conftest import Connect


def now() -> datetime:
    """The time of an act."""
    return datetime.now(UTC)


async def join(space: Space, user: User) -> str:
    """Join over HTTP, as clients do; the connection."""
    joined = await in_database(space_join)(space=space, user=user, now=now())
    connection: str = joined.participation.connection
    return connection


def seen_at(space: Space, user: User) -> float:
    """When somebody was last seen in a Space (Unix seconds)."""
    score = redis_client().zscore(presence._key(space.pk), str(user.pk))
    assert isinstance(score, float)
    return score


async def watch(client: SocketClient, space: Space) -> dict[str, Any]:
    """Watch and return the snapshot."""
    reply = await client.ask("space.watch", space=str(space.pk))
    assert reply["ok"], reply
    frame = await client.next("space.snapshot")
    assert frame["data"] == reply["data"]["snapshot"]
    assert frame["seq"] == frame["data"]["seq"]
    snapshot: dict[str, Any] = frame["data"]
    return snapshot


async def tick(client: SocketClient, listeners: int) -> dict[str, Any]:
    """Wait for the tick with so many listeners."""
    while True:
        frame = await client.next("space.tick")
        if frame["data"]["listeners"] == listeners:
            return frame


async def test_watching_gives_the_snapshot_then_the_events(
    connect: Connect, space: Space, host: User
) -> None:
    guest = await connect(None)
    snapshot = await watch(guest, space)
    assert snapshot["space"]["title"] == "Morning voices"
    assert [person["handle"] for person in snapshot["stage"]] == ["the_host"]
    assert snapshot["me"] is None
    await in_database(mic_set)(space=space, user=host, muted=False, now=now())
    assert await guest.next("stage.muted") == {
        "type": "stage.muted",
        "space": str(space.pk),
        "seq": snapshot["seq"] + 1,
        "data": {"user": str(host.pk), "muted": False, "by_host": False},
    }
    await in_database(space_end)(space=space, by=host, now=now())
    ended = await guest.next("space.ended")
    assert (ended["seq"], ended["data"]["reason"]) == (snapshot["seq"] + 2, "host")


async def test_a_space_that_has_ended_can_be_looked_at(connect: Connect, space: Space, host: User) -> None:
    await in_database(space_end)(space=space, by=host, now=now())
    client = await connect(host)
    snapshot = await watch(client, space)
    assert (snapshot["space"]["state"], snapshot["space"]["end_reason"]) == ("ended", "host")
    reply = await client.ask("space.present", space=str(space.pk), connection="abc")
    assert reply["error"]["code"] in ("space.ended", "space.superseded")


async def test_unwatching_ends_the_events(connect: Connect, space: Space, host: User) -> None:
    gone, still = await connect(None), await connect(None)
    await watch(gone, space)
    await watch(still, space)
    assert (await gone.ask("space.unwatch", space=str(space.pk)))["ok"]
    await in_database(mic_set)(space=space, user=host, muted=False, now=now())
    await still.next("stage.muted")
    assert [frame for frame in await gone.quiet() if frame["type"] == "stage.muted"] == []


async def test_watching_again_gives_a_fresh_snapshot(connect: Connect, space: Space, host: User) -> None:
    client = await connect(None)
    first = await watch(client, space)
    await in_database(mic_set)(space=space, user=host, muted=False, now=now())
    again = await watch(client, space)
    assert again["seq"] == first["seq"] + 1
    assert again["stage"][0]["muted"] is False


async def test_events_that_come_while_the_snapshot_is_read_follow_it(
    connect: Connect, space: Space, host: User, monkeypatch: Any
) -> None:
    """The reading is held up after its last query until an event has been sent and has arrived at the hub."""
    client = await connect(None)
    loop, read, go_on = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    original = selectors.snapshot

    def slow(**arguments: Any) -> dict[str, Any]:
        snapshot = original(**arguments)
        loop.call_soon_threadsafe(read.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(10)
        return snapshot

    monkeypatch.setattr(selectors, "snapshot", slow)
    await client.send("space.watch", space=str(space.pk))
    await asyncio.wait_for(read.wait(), 10)
    await in_database(mic_set)(space=space, user=host, muted=False, now=now())
    group = hub_of_this_loop().space_groups()[space.pk]
    async with asyncio.timeout(10):
        while not any(held for held in group.holding.values()):
            await asyncio.sleep(0)
    go_on.set()
    types: list[str] = []
    async with asyncio.timeout(10):
        while not {"stage.muted", "reply"} <= set(types):
            types.append((await client.receive())["type"])
    assert types[0] == "space.snapshot"
    # A tick may come at any time.
    assert [one for one in types if one not in ("space.tick", "reply")] == ["space.snapshot", "stage.muted"]


async def test_being_present_is_counted_and_told(connect: Connect, space: Space, listener: User) -> None:
    watcher, client = await connect(None), await connect(listener)
    snapshot = await watch(watcher, space)
    await tick(watcher, 0)
    connection = await join(space, listener)
    reply = await client.ask("space.present", space=str(space.pk), connection=connection)
    assert reply == {"type": "reply", "ref": "1", "ok": True, "data": {}}
    counted = await tick(watcher, 1)
    assert (counted["space"], counted["data"]) == (str(space.pk), {"listeners": 1, "seq": snapshot["seq"]})
    assert (await client.ask("space.leave", space=str(space.pk)))["data"] == {}
    await tick(watcher, 0)
    participation = await Participation.objects.aget(space=space, user=listener)
    assert participation.left_at is not None


async def test_the_hub_keeps_people_present_and_stops_when_the_socket_closes(
    connect: Connect, space: Space, listener: User, settings: Any
) -> None:
    settings.SPACES_PRESENCE_SECONDS = 1
    watcher, client = await connect(None), await connect(listener)
    await watch(watcher, space)
    connection = await join(space, listener)
    await client.ask("space.present", space=str(space.pk), connection=connection)
    await tick(watcher, 1)
    # Long after the join alone would have been forgotten.
    late = now().timestamp() + 2
    while (last_seen := await in_database(seen_at)(space, listener)) < late:
        assert last_seen > now().timestamp() - 1
    await client.close()
    await tick(watcher, 0)


async def test_a_newer_join_is_told_to_the_older_one(connect: Connect, space: Space, listener: User) -> None:
    phone, laptop = await connect(listener), await connect(listener)
    old = await join(space, listener)
    await phone.ask("space.present", space=str(space.pk), connection=old)
    new = await join(space, listener)
    for client in (phone, laptop):
        frame = await client.next("space.superseded")
        assert (frame["space"], frame["data"]) == (str(space.pk), {"connection": new})
    reply = await phone.ask("space.present", space=str(space.pk), connection=old)
    assert reply["error"]["code"] == "space.superseded"
    assert (await laptop.ask("space.present", space=str(space.pk), connection=new))["ok"]


async def test_leaving_a_superseded_device_leaves_the_newer_one_in(
    connect: Connect, space: Space, listener: User
) -> None:
    phone, laptop = await connect(listener), await connect(listener)
    old = await join(space, listener)
    await phone.ask("space.present", space=str(space.pk), connection=old)
    new = await join(space, listener)
    await laptop.ask("space.present", space=str(space.pk), connection=new)
    await phone.ask("space.leave", space=str(space.pk))
    assert (await Participation.objects.aget(space=space, user=listener)).left_at is None


async def test_the_host_mutes_and_unmutes(connect: Connect, space: Space, host: User) -> None:
    client = await connect(host)
    await watch(client, space)
    reply = await client.ask("mic.set", space=str(space.pk), muted=False)
    assert reply["data"] == {"muted": False}
    assert (await client.next("stage.muted"))["data"] == {
        "user": str(host.pk),
        "muted": False,
        "by_host": False,
    }


async def test_a_listener_may_not(connect: Connect, space: Space, listener: User) -> None:
    client = await connect(listener)
    connection = await join(space, listener)
    reply = await client.ask("mic.set", space=str(space.pk), muted=False)
    assert reply["error"]["code"] == "space.not_on_stage"
    reply = await client.ask("audio.connected", space=str(space.pk), connection=connection)
    assert reply["data"] == {"may_publish": False}


async def test_an_event_that_was_lost_is_noticed_by_a_tick(
    connect: Connect, space: Space, host: User, monkeypatch: Any
) -> None:
    client = await connect(None)
    snapshot = await watch(client, space)
    with monkeypatch.context() as broken:
        broken.setattr(broadcast, "_group_send", lambda group, message: None)
        await in_database(mic_set)(space=space, user=host, muted=False, now=now())
    # Those of before, which may be older than the snapshot.
    while (frame := await client.next("space.tick"))["data"]["seq"] <= snapshot["seq"]:
        pass
    assert frame["data"]["seq"] == snapshot["seq"] + 1
    assert (await watch(client, space))["seq"] == snapshot["seq"] + 1


async def test_ticks_come_at_most_four_times_a_second(connect: Connect, space: Space) -> None:
    client = await connect(None)
    await watch(client, space)
    await tick(client, 0)
    loop = asyncio.get_running_loop()
    begin = loop.time()
    for user_id in range(1_000_000, 1_000_060):
        await in_database(presence.touch)(space.pk, [user_id], now())
    await tick(client, 60)
    ticks = 1 + sum(frame["type"] == "space.tick" for frame in client.unread)
    assert ticks <= 4 * (loop.time() - begin) + 1
    await in_database(presence.forget)(space.pk)
