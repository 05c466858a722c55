"""Posts about a Space on the socket: written inside, read by all inside, gone when they are deleted."""

from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import User
from rooms.live.database import in_database
from rooms.models import Space
from rooms.services.joining import space_join
from social.models import Post
from social.services.posts import post_create, post_delete
from tests.live.clients import SocketClient
from tests.live.conftest import Connect

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_audio")]


@pytest.fixture
def no_audio(settings: Any) -> None:
    settings.LIVEKIT_URL = ""


def now() -> datetime:
    return datetime.now(UTC)


async def error_of(client: SocketClient, **data: Any) -> str:
    """The code that posting is refused with."""
    reply = await client.ask("space.post", **data)
    assert not reply["ok"], reply
    return reply["error"]["code"]


async def test_posted_read_and_deleted(connect: Connect, space: Space, host: User, listener: User) -> None:
    writer, reader = await connect(listener), await connect(None)
    await in_database(space_join)(space=space, user=listener, now=now())
    for client in (writer, reader):
        assert (await client.ask("space.watch", space=str(space.pk)))["ok"]
    reply = await writer.ask("space.post", space=str(space.pk), text=" Come\nand listen ")
    assert reply["ok"], reply
    added = await reader.next("post.added")
    assert set(added) == {"type", "space", "data"}
    post = added["data"]["post"]
    assert reply["data"] == {"id": post["id"]}
    assert (post["text"], post["author"]["handle"]) == ("Come\nand listen", listener.handle)
    assert (await writer.next("post.added"))["data"] == added["data"]
    row = await in_database(Post.objects.get)(pk=int(post["id"]))
    assert row.space_id == space.pk
    for _ in range(2):
        await in_database(post_delete)(post=row, by=listener, now=now())
    assert (await reader.next("post.deleted"))["data"] == {"id": post["id"]}
    assert "post.deleted" not in [frame["type"] for frame in await reader.quiet()]


async def test_what_is_posted_outside_is_told_to_nobody_inside(
    connect: Connect, space: Space, outsider: User
) -> None:
    reader = await connect(None)
    assert (await reader.ask("space.watch", space=str(space.pk)))["ok"]
    await in_database(post_create)(author=outsider, text="Hear, hear", space_id=space.pk, now=now())
    assert "post.added" not in [frame["type"] for frame in await reader.quiet()]


async def test_refusals(connect: Connect, space: Space, host: User, outsider: User) -> None:
    guest, stranger, inside = await connect(None), await connect(outsider), await connect(host)
    here = str(space.pk)
    assert await error_of(guest, space=here, text="Hi") == "not_signed_in"
    assert await error_of(stranger, space=here, text="Hi") == "space.not_joined"
    assert await error_of(inside, space=here, text=" \u200b ") == "post.empty"
    assert await error_of(inside, space=here, text="x" * 281) == "post.too_long"
    assert await error_of(inside, space=here, text="x" * 5001) == "frame.invalid"
    assert await error_of(inside, space=here, text="x", seq=1) == "frame.invalid"
