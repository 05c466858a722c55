"""The table of limits over both doors: pages, API and socket count as one."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.db import connection

from accounts.models import User
from rooms.live.database import in_database
from rooms.models import RoomMessage, Space
from rooms.services.joining import space_join
from rooms.services.messages import message_post
from tests.conftest import Client
from tests.factories import UserFactory
from tests.live.clients import Closed
from tests.live.conftest import Connect

pytestmark = pytest.mark.django_db(transaction=True)

NOBODY = "00000000-0000-7000-8000-000000000000"


@pytest.mark.postgres
async def test_of_a_hundred_at_once_through_both_doors_exactly_as_many_as_allowed(
    connect: Connect, space: Space, host: User, limit: Any
) -> None:
    """Fifty over HTTP, in threads, and fifty over five sockets: 17 are let through."""
    limit("message.post", account=(17, 600))
    sockets = [await connect(host) for _ in range(5)]

    def over_http(_: int) -> int:
        client = Client()
        client.force_login(host)
        try:
            url = f"/api/v1/spaces/{space.pk}/messages/"
            return sum(client.post(url, {"text": "Me!"}).status_code == 201 for _ in range(5))
        finally:
            connection.close()

    async def over_socket(number: int) -> int:
        replies = [
            await sockets[number].ask("message.post", space=str(space.pk), text="Me!") for _ in range(10)
        ]
        assert {reply["error"]["code"] for reply in replies if not reply["ok"]} <= {"too_many"}
        return sum(reply["ok"] for reply in replies)

    with ThreadPoolExecutor(10) as pool:
        loop = asyncio.get_running_loop()
        http = [loop.run_in_executor(pool, over_http, number) for number in range(10)]
        passed = await asyncio.gather(*http, *map(over_socket, range(5)))
    assert sum(passed) == 17
    assert await sync_to_async(RoomMessage.objects.count)() == 17


async def test_the_reply_says_how_long_to_wait(
    connect: Connect, space: Space, host: User, limit: Any
) -> None:
    limit("space.react", account=(1, 100))
    client = await connect(host)
    assert (await client.ask("space.react", space=str(space.pk), kind="💯"))["ok"]
    reply = await client.ask("space.react", space=str(space.pk), kind="💯")
    assert reply["error"]["code"] == "too_many"
    assert 90 < reply["error"]["retry_after"] <= 100
    assert "retry_after" not in (await client.ask("space.watch", space=NOBODY))["error"]


async def test_commands_of_all_sockets_of_an_account_count_together(
    connect: Connect, listener: User, outsider: User, limit: Any
) -> None:
    limit("socket.command", account=(3, 100))
    one, two = await connect(listener), await connect(listener)
    for client in (one, two, one):
        assert (await client.ask("space.unwatch", space=NOBODY))["ok"]
    for client in (one, two):
        reply = await client.ask("space.unwatch", space=NOBODY)
        assert (reply["error"]["code"], 0 < reply["error"]["retry_after"] <= 100) == ("too_many", True)
    other = await connect(outsider)
    assert (await other.ask("space.unwatch", space=NOBODY))["ok"]


async def test_too_many_sockets_are_told_to_come_later(
    connect: Connect, listener: User, outsider: User, limit: Any
) -> None:
    limit("socket.connect", account=(2, 100))
    for _ in range(2):
        await connect(listener)
    with pytest.raises(Closed) as refused:
        await connect(listener)
    assert refused.value.code == 4429
    await connect(outsider)


async def test_held_messages_reach_whom_they_concern(connect: Connect, space: Space, host: User) -> None:
    now = datetime.now(UTC)
    newcomer, listener = await in_database(UserFactory)(date_joined=now), await in_database(UserFactory)()
    await in_database(Space.objects.filter(pk=space.pk).update)(strict_messages=True)
    people = {}
    for person in (host, newcomer, listener):
        await in_database(space_join)(space=space, user=person, now=now)
        people[person] = await connect(person)
        assert (await people[person].ask("space.watch", space=str(space.pk)))["ok"]
    for _ in range(2):
        assert (await people[newcomer].ask("message.post", space=str(space.pk), text="Hello"))["ok"]
    first, second = [(await people[host].next("message.held"))["data"]["message"] for _ in range(2)]
    assert first["held"]
    assert (await people[newcomer].next("message.held"))["data"]["message"] == first
    reply = await people[newcomer].ask("message.approve", space=str(space.pk), message=first["id"])
    assert reply["error"]["code"] == "space.not_moderator"
    assert (await people[host].ask("message.approve", space=str(space.pk), message=first["id"]))["ok"]
    assert (await people[host].ask("message.decline", space=str(space.pk), message=second["id"]))["ok"]
    for client in people.values():
        posted = (await client.next("message.posted"))["data"]["message"]
        assert posted == first | {"held": False}
    for person in (host, newcomer):
        assert (await people[person].next("message.deleted"))["data"] == {"id": second["id"]}
    seen = {frame["type"] for frame in await people[listener].quiet()}
    assert not seen & {"message.held", "message.posted", "message.deleted"}


async def test_what_the_host_forbids_is_refused_with_the_word(
    connect: Connect, space: Space, host: User, listener: User
) -> None:
    now = datetime.now(UTC)
    await in_database(space_join)(space=space, user=listener, now=now)
    moderator, writer = await connect(host), await connect(listener)
    for client in (moderator, writer):
        await client.ask("space.watch", space=str(space.pk))
    reply = await moderator.ask(
        "space.edit", space=str(space.pk), blocked_words=["spam"], strict_messages=True
    )
    assert reply["data"]["strict_messages"] is True
    assert (await moderator.next("words.changed"))["data"] == {"blocked_words": ["spam"]}
    reply = await writer.ask("message.post", space=str(space.pk), text="SPAM!")
    assert (reply["error"]["code"], "“spam”" in reply["error"]["message"]) == ("message.filtered", True)
    assert "words.changed" not in {frame["type"] for frame in await writer.quiet()}
    # Host and co-hosts may say what they forbid others.
    await in_database(message_post)(space=space, author=host, text="No spam", now=now)
