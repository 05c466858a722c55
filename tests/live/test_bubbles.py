"""Purple bubbles on the sockets of followers."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts.models import Follow, User
from accounts.services import follow, unfollow
from rooms import selectors
from rooms.live import bubbles
from rooms.live.bubbles import announcement
from rooms.live.database import in_database
from rooms.live.hub import hub_of_this_loop
from rooms.models import Participation, Role, Space
from rooms.services.lifecycle import space_end, space_start
from spaces_project.lib import broadcast
from tests.factories import FollowFactory, HostingWaiverFactory, UserFactory
from tests.live.clients import SocketClient
from tests.live.conftest import Connect


def now() -> datetime:
    """The time of an act."""
    return datetime.now(UTC)


@pytest.fixture
def follower(listener: User, host: User, no_audio: None) -> User:
    """Somebody who follows the host."""
    FollowFactory(follower=listener, followee=host)
    return listener


async def start(host: User) -> Space:
    """Go live."""
    space: Space = await in_database(space_start)(host=host, title="Morning voices", now=now())
    return space


async def first_bubbles(client: SocketClient) -> list[dict[str, Any]]:
    """The bubbles of the first snapshot."""
    found: list[dict[str, Any]] = (await client.next("bubbles.snapshot"))["data"]["bubbles"]
    return found


async def test_going_live_shows_the_bubble_and_the_end_hides_it(
    connect: Connect, host: User, follower: User, outsider: User
) -> None:
    mine, also_mine, other, guest = (
        await connect(follower),
        await connect(follower),
        await connect(outsider),
        await connect(None),
    )
    space = await start(host)
    for client in (mine, also_mine):
        bubble = (await client.next("bubble.shown"))["data"]
        assert bubble["space"] == str(space.pk)
        assert bubble["title"] == "Morning voices"
        assert [person["handle"] for person in bubble["people"]] == ["the_host"]
        assert (bubble["others"], bubble["listeners"]) == (0, 0)
    await in_database(space_end)(space=space, by=host, now=now())
    for client in (mine, also_mine):
        assert (await client.next("bubble.hidden"))["data"] == {"space": str(space.pk)}
    assert [frame["type"] for frame in await other.quiet()] == ["bubbles.snapshot", "inbox.counts"]
    assert await guest.quiet() == []


async def test_who_comes_later_has_it_in_the_first_snapshot_and_sees_it_end(
    connect: Connect, host: User, follower: User
) -> None:
    space = await start(host)
    client = await connect(follower)
    assert [bubble["space"] for bubble in await first_bubbles(client)] == [str(space.pk)]
    await in_database(space_end)(space=space, by=host, now=now())
    assert (await client.next("bubble.hidden"))["data"] == {"space": str(space.pk)}


async def test_the_host_is_not_shown_the_own_space(connect: Connect, host: User, follower: User) -> None:
    own, theirs = await connect(host), await connect(follower)
    await start(host)
    await theirs.next("bubble.shown")
    assert [frame["type"] for frame in await own.quiet()] == ["bubbles.snapshot", "inbox.counts"]


async def test_a_stage_that_changes_shows_and_hides_for_the_followers_of_each(
    connect: Connect, host: User, follower: User, speaker: User, outsider: User
) -> None:
    await in_database(FollowFactory)(follower=outsider, followee=speaker)
    client = await connect(outsider)
    assert await first_bubbles(client) == []
    space = await start(host)
    participation = await Participation.objects.acreate(
        space=space, user=speaker, role=Role.SPEAKER, on_stage_since=now()
    )
    await in_database(bubbles.announce)(space.pk)
    bubble = (await client.next("bubble.shown"))["data"]
    assert [person["handle"] for person in bubble["people"]] == ["the_host", "a_speaker"]
    participation.role = Role.LISTENER
    await participation.asave()
    await in_database(bubbles.announce)(space.pk)
    assert (await client.next("bubble.hidden"))["data"] == {"space": str(space.pk)}


async def test_following_somebody_live_shows_the_bubble_and_leaving_them_hides_it(
    connect: Connect, host: User, outsider: User, no_audio: None
) -> None:
    space = await start(host)
    client = await connect(outsider)
    assert await first_bubbles(client) == []
    await in_database(follow)(follower=outsider, followee=host, now=now())
    assert [bubble["space"] for bubble in await first_bubbles(client)] == [str(space.pk)]
    await in_database(unfollow)(follower=outsider, followee=host)
    assert await first_bubbles(client) == []


async def test_announcements_that_overtake_each_other_leave_the_newest(
    connect: Connect, host: User, follower: User
) -> None:
    client = await connect(follower)
    space = await start(host)
    await client.next("bubble.shown")
    late = await in_database(lambda: announcement(Space.objects.for_cards().get(pk=space.pk)))()
    await in_database(space_end)(space=space, by=host, now=now())
    await client.next("bubble.hidden")
    await in_database(broadcast.tell_processes)(late)
    # Whatever it would have led to comes before what is said after it.
    other = await in_database(UserFactory)(handle="another_host")
    await in_database(HostingWaiverFactory)(user=other)
    await in_database(FollowFactory)(follower=follower, followee=other)
    second = await start(other)
    assert (await client.next("bubble.shown"))["data"]["space"] == str(second.pk)


async def test_a_change_while_the_snapshot_is_read_comes_after_it(
    connect: Connect, host: User, follower: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The Space ends after the new socket has read it as live."""
    space = await start(host)
    other = await connect(follower)
    await first_bubbles(other)
    loop, read, go_on = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    original = selectors.bubbles_for

    def slow(**arguments: Any) -> list[dict[str, Any]]:
        found = original(**arguments)
        loop.call_soon_threadsafe(read.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result(10)
        return found

    monkeypatch.setattr(selectors, "bubbles_for", slow)
    client = await connect(follower)
    await asyncio.wait_for(read.wait(), 10)
    await in_database(space_end)(space=space, by=host, now=now())
    await other.next("bubble.hidden")
    go_on.set()
    assert [bubble["space"] for bubble in await first_bubbles(client)] == [str(space.pk)]
    assert (await client.next("bubble.hidden"))["data"] == {"space": str(space.pk)}


@pytest.mark.parametrize("followers", [10, 1_000])
async def test_messages_and_queries_do_not_grow_with_followers(
    connect: Connect, host: User, follower: User, followers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    await in_database(_followers)(host, followers)
    client = await connect(follower)
    await first_bubbles(client)
    sent: list[str] = []
    original = broadcast._group_send
    monkeypatch.setattr(
        broadcast,
        "_group_send",
        lambda group, message: (sent.append(message["type"]), original(group, message)),
    )
    space = await start(host)
    await client.next("bubble.shown")
    assert sent == ["hub.bubble"]
    assert await in_database(_queries_of_announcing)(space) == 5
    asked = await in_database(_queries_of_finding_followers)(host, list(hub_of_this_loop().by_user))
    assert asked == (1, {follower.pk})


def _followers(host: User, number: int) -> None:
    people = User.objects.bulk_create(User(handle=f"follower_{n}") for n in range(number))
    Follow.objects.bulk_create(Follow(follower=person, followee=host) for person in people)


def _queries_of_announcing(space: Space) -> int:
    with CaptureQueriesContext(connection) as queries:
        bubbles.announce(space.pk)
    return len(queries)


def _queries_of_finding_followers(host: User, connected: list[int]) -> tuple[int, set[int]]:
    with CaptureQueriesContext(connections["default"]) as queries:
        found = bubbles.connected_followers(followee_ids=[host.pk], among=connected)
    return len(queries), found


async def test_more_people_than_a_query_takes_are_asked_for_in_parts(
    connect: Connect, host: User, follower: User, outsider: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bubbles, "_CHUNK", 1)
    await in_database(FollowFactory)(follower=outsider, followee=host)
    clients = [await connect(follower), await connect(outsider), await connect(None)]
    await start(host)
    for client in clients[:2]:
        await client.next("bubble.shown")
