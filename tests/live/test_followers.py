"""What a post brings to the sockets of those who follow."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from accounts.models import Follow, User
from accounts.services import person_mute
from rooms.live import followers
from rooms.live.database import in_database
from rooms.live.hub import hub_of_this_loop
from social.models import Post
from social.services.posts import post_create
from spaces_project.lib import broadcast
from tests.factories import FollowFactory
from tests.live.conftest import Connect


async def write(author: User, text: str = "Hello", parent: Post | None = None) -> Post:
    """Post something."""
    made: Post = await in_database(post_create)(
        author=author, text=text, parent=parent, now=datetime.now(UTC)
    )
    return made


@pytest.fixture
def follower(listener: User, host: User) -> User:
    """Somebody who follows the host."""
    FollowFactory(follower=listener, followee=host)
    return listener


async def test_those_who_follow_hear_of_a_post_on_all_devices(
    connect: Connect, host: User, follower: User, outsider: User
) -> None:
    mine, also_mine = await connect(follower), await connect(follower)
    others = [await connect(outsider), await connect(host), await connect(None)]
    await write(host)
    for client in (mine, also_mine):
        assert (await client.next("timeline.posted"))["data"]["author"]["handle"] == "the_host"
    for client in others:
        assert "timeline.posted" not in [frame["type"] for frame in await client.quiet()]


async def test_not_of_replies_and_not_of_whom_one_has_muted(
    connect: Connect, host: User, follower: User, outsider: User
) -> None:
    await in_database(FollowFactory)(follower=follower, followee=outsider)
    await in_database(person_mute)(owner=follower, person=outsider, now=datetime.now(UTC))
    client = await connect(follower)
    await write(host, parent=await write(outsider))
    await write(host)
    # Whatever else would have come comes before it.
    assert (await client.next("timeline.posted"))["data"]["author"]["handle"] == "the_host"
    assert "timeline.posted" not in [frame["type"] for frame in await client.quiet()]


@pytest.mark.parametrize("number", [10, 1_000])
async def test_messages_and_queries_do_not_grow_with_followers(
    connect: Connect, host: User, follower: User, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    await in_database(_followers)(host, number)
    client = await connect(follower)
    await hub_of_this_loop().listening.wait()
    sent: list[str] = []
    original = broadcast._group_send
    monkeypatch.setattr(
        broadcast,
        "_group_send",
        lambda group, message: (sent.append(message["type"]), original(group, message)),
    )
    queries = await in_database(_queries_of_posting)(host)
    await client.next("timeline.posted")
    assert sent == ["hub.followers"]
    # Two savepoints' worth of a transaction, and the post.
    assert [query.split()[0] for query in queries if "INSERT" in query] == ["INSERT"]
    assert len(queries) <= 3
    asked = await in_database(_queries_of_finding_them)(host, list(hub_of_this_loop().by_user))
    assert asked == (1, {(host.pk, follower.pk)})


async def test_more_people_than_a_query_takes_are_asked_for_in_parts(
    connect: Connect, host: User, follower: User, outsider: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followers, "_CHUNK", 1)
    await in_database(FollowFactory)(follower=outsider, followee=host)
    clients = [await connect(follower), await connect(outsider)]
    await write(host)
    for client in clients:
        await client.next("timeline.posted")


async def test_what_comes_at_once_is_asked_for_together(
    connect: Connect, host: User, speaker: User, follower: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    await in_database(FollowFactory)(follower=follower, followee=speaker)
    client = await connect(follower)
    hub = hub_of_this_loop()
    asked: list[set[int]] = []
    original = followers.connected_readers

    def noted(**arguments: Any) -> set[tuple[int, int]]:
        asked.append(set(arguments["author_ids"]))
        return original(**arguments)

    monkeypatch.setattr(followers, "connected_readers", noted)
    frames = [
        broadcast.encode(
            {
                "type": "timeline.posted",
                "data": {
                    "author": {"id": str(one.pk), "handle": one.handle, "name": one.name, "picture": ""}
                },
            }
        )
        for one in (host, speaker)
    ]
    for person, text in ((host, frames[0]), (speaker, frames[1]), (host, frames[0])):
        hub.followers.announced({"people": [person.pk], "text": text})
    got = {(await client.next("timeline.posted"))["data"]["author"]["handle"] for _ in range(2)}
    assert got == {"the_host", "a_speaker"}
    assert asked == [{host.pk, speaker.pk}]
    assert "timeline.posted" not in [frame["type"] for frame in await client.quiet()]


def _followers(host: User, number: int) -> None:
    people = User.objects.bulk_create(User(handle=f"follower_{n}") for n in range(number))
    Follow.objects.bulk_create(Follow(follower=person, followee=host) for person in people)


def _queries_of_posting(host: User) -> list[str]:
    with CaptureQueriesContext(connections["default"]) as queries:
        post_create(author=host, text="Hello", now=datetime.now(UTC))
    return [query["sql"] for query in queries]


def _queries_of_finding_them(host: User, connected: list[int]) -> tuple[int, set[tuple[int, int]]]:
    with CaptureQueriesContext(connections["default"]) as queries:
        found = followers.connected_readers(author_ids=[host.pk], among=connected)
    return len(queries), found
