"""Groups are joined with the first local socket and left with the last, whatever comes in between."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest
from channels.layers import get_channel_layer

from rooms.live.groups import Subscriptions
from rooms.live.hub import Hub, hub_of_this_loop
from rooms.live.socket import Socket
from rooms.live.wire import Frame
from tests.live.test_socket import Server, until


class Layer:
    """A layer that is told when to go on, and notes what it was asked."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.joined: set[str] = set()
        self.go_on = asyncio.Event()
        self.go_on.set()
        self.fails = 0

    async def new_channel(self, prefix: str) -> str:
        """The channel."""
        return "channel"

    async def group_add(self, group: str, channel: str) -> None:
        """Join, after a while."""
        self.calls.append("add")
        await self.go_on.wait()
        if self.fails:
            self.fails -= 1
            raise ConnectionError("no Redis")
        self.joined.add(group)

    async def group_discard(self, group: str, channel: str) -> None:
        """Leave, after a while."""
        self.calls.append("discard")
        await self.go_on.wait()
        self.joined.discard(group)


@pytest.fixture
async def layer() -> Layer:
    """A layer that answers at once."""
    return Layer()


@pytest.fixture
async def groups(layer: Layer) -> Subscriptions:
    """Groups on that layer."""
    return Subscriptions(layer)


def socket() -> Socket:
    """A socket whose client reads."""
    server = Server()
    return Socket(server.send, user_id=None, abandon=server.abandon)


async def test_the_first_joins_and_the_last_leaves(groups: Subscriptions, layer: Layer) -> None:
    sockets = [socket() for _ in range(3)]
    for one in sockets:
        group = await groups.join(one, "g", confirm=False)
    assert group.subscribed
    assert layer.calls == ["add"]
    for one in sockets:
        await groups.leave(one, "g")
        await groups.leave(one, "g")
    assert layer.calls == ["add", "discard"]
    assert groups.groups == {}
    assert all(one.groups == set() for one in sockets)


async def test_those_who_come_while_it_joins_wait_for_the_same(groups: Subscriptions, layer: Layer) -> None:
    layer.go_on.clear()
    joining = [asyncio.ensure_future(groups.join(socket(), "g", confirm=False)) for _ in range(5)]
    await until(lambda: layer.calls == ["add"])
    assert not any(task.done() for task in joining)
    layer.go_on.set()
    await asyncio.gather(*joining)
    assert layer.calls == ["add"]


async def test_who_comes_while_it_is_left_is_joined_after(groups: Subscriptions, layer: Layer) -> None:
    first, second = socket(), socket()
    await groups.join(first, "g", confirm=False)
    layer.go_on.clear()
    leaving = asyncio.ensure_future(groups.leave(first, "g"))
    await until(lambda: layer.calls == ["add", "discard"])
    joining = asyncio.ensure_future(groups.join(second, "g", confirm=False))
    layer.go_on.set()
    await asyncio.gather(leaving, joining)
    assert layer.calls == ["add", "discard", "add"]
    assert layer.joined == {"g"}
    assert groups.groups["g"].sockets == {second}


async def test_who_leaves_while_it_joins_leaves_nothing_behind(groups: Subscriptions, layer: Layer) -> None:
    one = socket()
    layer.go_on.clear()
    joining = asyncio.ensure_future(groups.join(one, "g", confirm=False))
    await until(lambda: layer.calls == ["add"])
    leaving = asyncio.ensure_future(groups.leave(one, "g"))
    layer.go_on.set()
    await asyncio.gather(joining, leaving)
    assert layer.joined == set()
    assert groups.groups == {}


@pytest.mark.parametrize("seed", range(20))
async def test_any_mixture_of_joins_and_leaves_ends_as_it_should(
    groups: Subscriptions, layer: Layer, seed: int
) -> None:
    chance = random.Random(seed)
    sockets = [socket() for _ in range(4)]
    wanted: set[Socket] = set()
    tasks = []
    for _ in range(60):
        one = chance.choice(sockets)
        if one in wanted:
            wanted.discard(one)
            tasks.append(asyncio.ensure_future(groups.leave(one, "g")))
        else:
            wanted.add(one)
            tasks.append(asyncio.ensure_future(groups.join(one, "g", confirm=False)))
        # The set changes in the order of the calls; the layer follows when it does.
        await asyncio.sleep(0)
        layer.go_on.set() if chance.random() < 0.5 else layer.go_on.clear()
    layer.go_on.set()
    await asyncio.gather(*tasks)
    assert layer.joined == ({"g"} if wanted else set())
    assert (groups.groups["g"].sockets if wanted else set()) == wanted
    assert len(groups.groups) == bool(wanted)


async def test_a_layer_that_is_away_is_joined_when_it_is_back(groups: Subscriptions, layer: Layer) -> None:
    layer.fails = 1
    group = await groups.join(socket(), "g", confirm=False)
    assert not group.subscribed
    groups.comes_through = lambda name: asyncio.sleep(0, True)  # type: ignore[method-assign]
    assert await groups.repair() == [group]
    assert group.subscribed
    assert await groups.repair() == []


async def test_a_layer_that_does_not_answer_keeps_nobody_waiting(
    groups: Subscriptions, layer: Layer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rooms.live.groups.SUBSCRIBE_SECONDS", 0.01)
    layer.go_on.clear()
    group = await groups.join(socket(), "g", confirm=False)
    assert not group.subscribed
    layer.go_on.set()
    await until(lambda: group.subscribed)
    # What was sent in between is lost: those sockets are to be told.
    assert await groups.repair() == [group]


@pytest.fixture
async def hub() -> AsyncIterator[Hub]:
    """The real hub on the real layer."""
    hub = hub_of_this_loop()
    yield hub
    for one in list(hub.sockets):
        await hub.detach(one)


async def test_once_joined_nothing_is_missed(hub: Hub) -> None:
    """Thirty times: what is sent right after a join arrives."""
    layer: Any = get_channel_layer()
    for number in range(30):
        server = Server()
        one = Socket(server.send, user_id=None, abandon=server.abandon)
        await hub.attach(one)
        group = await hub.subscriptions.join(one, "space.test", confirm=True)
        assert group.subscribed
        text = f'{{"n":{number}}}'
        await layer.group_send(
            "space.test", {"type": "hub.frame", "group": "space.test", "kind": "x", "seq": 0, "text": text}
        )
        await until(lambda server=server, text=text: text in server.sent)  # type: ignore[misc]
        await hub.detach(one)
    assert hub.subscriptions.groups == {}


async def test_a_message_that_cannot_be_handled_harms_no_other(
    hub: Hub, caplog: pytest.LogCaptureFixture
) -> None:
    server = Server()
    one = Socket(server.send, user_id=None, abandon=server.abandon)
    await hub.attach(one)
    await hub.subscriptions.join(one, "space.test", confirm=True)
    layer: Any = get_channel_layer()
    await layer.group_send("space.test", {"type": "hub.frame"})
    await layer.group_send("space.test", {"type": "hub.unheard_of"})
    good = {"type": "hub.frame", "group": "space.test", "kind": "x", "seq": 0, "text": '{"n":1}'}
    await layer.group_send("space.test", good)
    await until(lambda: '{"n":1}' in server.sent)
    assert "KeyError" in caplog.text
    assert "hub.unheard_of" in caplog.text


async def test_a_socket_that_is_closed_in_the_middle_keeps_nothing_from_the_others(hub: Hub) -> None:
    servers = [Server() for _ in range(10)]
    for server in servers:
        one = Socket(server.send, user_id=None, abandon=server.abandon)
        await hub.attach(one)
        await hub.subscriptions.join(one, "space.test", confirm=True)
    servers[3].reads.clear()
    servers[4].error = OSError("gone")
    group = hub.subscriptions.groups["space.test"]
    text = "x" * 10_000
    for _ in range(50):
        group.deliver(Frame(text))
    assert [len(server.sent) for server in servers] == [50, 50, 50, 0, 0, 50, 50, 50, 50, 50]
    assert sorted(one.close_code for one in hub.sockets) == [0] * 9 + [4408]
