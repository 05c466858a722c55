"""A block on the socket: no command reaches the Space of the other, no bubble is shown, and who is inside is out."""

from datetime import UTC, datetime
from typing import Any, get_args

import pytest

from accounts.models import User
from accounts.services import follow, person_block, person_unblock
from rooms.live.commands import commands
from rooms.live.database import in_database
from rooms.live.protocol import ClientFrame
from rooms.models import Participation, Role, Space
from rooms.services.joining import space_join
from rooms.services.posts import space_post
from tests.live.conftest import Connect

# A value for each field that commands have, by its name: a new one is to be said here.
VALUES: dict[str, Any] = {
    "connection": "0" * 32,
    "message": "1",
    "line": "1",
    "pin": "1",
    "muted": True,
    "locked": True,
    "text": "Hello",
    "pitch": "",
    "kind": "heart",
    "role": "speaker",
    "url": "https://example.com/",
    "title": "Words",
    "token": "token",
}


def frames() -> dict[str, Any]:
    """The frame of each command, by its type."""
    found: dict[str, Any] = {}

    def collect(kind: Any) -> None:
        if hasattr(kind, "model_fields"):
            (name,) = get_args(kind.model_fields["type"].annotation)
            found[name] = kind
        for part in get_args(kind):
            collect(part)

    collect(ClientFrame)
    return found


def data_for(name: str, space: Space, somebody: User) -> dict[str, Any]:
    fields = frames()[name].model_fields["data"].annotation.model_fields
    values = VALUES | {"space": str(space.pk), "user": str(somebody.pk)}
    # What need not be given is left out.
    return {field: values[field] for field, info in fields.items() if info.is_required()}


def now() -> datetime:
    return datetime.now(UTC)


async def block(owner: User, person: User) -> None:
    await in_database(person_block)(owner=owner, person=person, now=now())


@pytest.mark.parametrize("way", ["blocks", "blocked"])
async def test_no_command_reaches_the_space(
    connect: Connect, space: Space, host: User, listener: User, speaker: User, way: str
) -> None:
    await block(*((listener, host) if way == "blocks" else (host, listener)))
    client = await connect(listener)
    assert len(commands()) > 25
    for name in commands():
        reply = await client.ask(name, **data_for(name, space, speaker))
        if name in ("space.unwatch", "captions.hide"):
            assert reply["ok"]
        else:
            assert reply.get("error", {}).get("code") == "space.not_found", (name, reply)


@pytest.mark.parametrize("way", ["blocks", "blocked"])
async def test_the_bubble_goes_and_comes_with_the_block(
    connect: Connect, space: Space, host: User, listener: User, speaker: User, way: str
) -> None:
    """The listener follows somebody on stage, not the host."""
    await in_database(follow)(follower=listener, followee=speaker, now=now())
    await in_database(Participation.objects.create)(
        space=space, user=speaker, role=Role.SPEAKER, first_joined_at=now(), joined_at=now()
    )
    client = await connect(listener)
    assert [one["space"] for one in (await client.next("bubbles.snapshot"))["data"]["bubbles"]] == [
        str(space.pk)
    ]
    owner, person = (listener, host) if way == "blocks" else (host, listener)
    await block(owner, person)
    assert (await client.next("bubbles.snapshot"))["data"]["bubbles"] == []
    # A stage that changes is announced to everybody else.
    other = await connect(listener)
    assert (await other.next("bubbles.snapshot"))["data"]["bubbles"] == []
    await in_database(person_unblock)(owner=owner, person=person)
    assert len((await client.next("bubbles.snapshot"))["data"]["bubbles"]) == 1


async def test_who_is_blocked_by_the_host_is_out_at_once(
    connect: Connect, space: Space, host: User, listener: User
) -> None:
    await in_database(space_join)(space=space, user=listener, now=now())
    client, own = await connect(listener), await connect(host)
    await client.ask("space.watch", space=str(space.pk))
    await block(host, listener)
    assert (await client.next("space.removed"))["space"] == str(space.pk)
    assert (await own.next("person.blocked"))["data"] == {"user": str(listener.pk), "blocked": True}
    place = await in_database(Participation.objects.get)(space=space, user=listener)
    assert place.removed_at is not None
    assert not place.is_present
    reply = await client.ask("space.watch", space=str(space.pk))
    assert reply["error"]["code"] == "space.not_found"


async def test_who_blocks_the_host_goes_and_is_not_removed(
    connect: Connect, space: Space, host: User, listener: User
) -> None:
    await in_database(space_join)(space=space, user=listener, now=now())
    client = await connect(listener)
    await client.ask("space.watch", space=str(space.pk))
    await block(listener, host)
    # First that they block the host, so that their device leaves by itself.
    assert (await client.next("person.blocked"))["data"]["user"] == str(host.pk)
    await client.next("space.removed")
    place = await in_database(Participation.objects.get)(space=space, user=listener)
    assert place.removed_at is None
    assert not place.is_present


async def test_a_post_is_not_for_whom_a_block_keeps_apart(
    connect: Connect, space: Space, host: User, listener: User, speaker: User
) -> None:
    """Both are in the Space of a third person, who gets the post."""
    for user in (listener, speaker):
        await in_database(space_join)(space=space, user=user, now=now())
    await block(speaker, listener)
    kept_apart, reader = await connect(listener), await connect(host)
    for client in (kept_apart, reader):
        await client.ask("space.watch", space=str(space.pk))
    await in_database(space_post)(space=space, author=speaker, text="Not for you", now=now())
    await in_database(space_post)(space=space, author=host, text="For all", now=now())
    assert (await reader.next("post.added"))["data"]["post"]["text"] == "Not for you"
    # They come in order: the first that arrives is the second.
    assert (await kept_apart.next("post.added"))["data"]["post"]["text"] == "For all"
