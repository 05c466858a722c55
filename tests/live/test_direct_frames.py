"""Direct messages on the socket: each side on all devices, and nobody else."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from rooms.live.database import in_database
from social.services.direct import direct_delete, direct_read, direct_send
from tests.live.conftest import Connect

pytestmark = pytest.mark.django_db(transaction=True)


def now() -> datetime:
    return datetime.now(UTC)


def direct(frames: list[dict[str, object]]) -> list[object]:
    """The types of those that are about direct messages."""
    return [frame["type"] for frame in frames if str(frame["type"]).startswith("direct.")]


async def test_written_read_and_deleted(
    connect: Connect, listener: User, speaker: User, outsider: User
) -> None:
    writer, reader, tablet = await connect(listener), await connect(speaker), await connect(speaker)
    other, guest = await connect(outsider), await connect(None)
    message = await in_database(direct_send)(author=listener, to=speaker, text="Hello", now=now())
    conversation = message.conversation_id
    for client in (writer, reader, tablet):
        posted = await client.next("direct.posted")
        assert set(posted) == {"type", "data"}
        assert posted["data"]["conversation"] == str(conversation)
        assert posted["data"]["message"]["text"] == "Hello"
        assert posted["data"]["message"]["author"]["handle"] == listener.handle

    await in_database(direct_read)(user=speaker, conversation_id=conversation, up_to=message.pk)
    for client in (reader, tablet):
        assert (await client.next("direct.read"))["data"] == {"conversation": str(conversation)}
    for _ in range(2):
        await in_database(direct_delete)(
            by=listener, conversation_id=conversation, message_id=message.pk, now=now()
        )
    gone = {"conversation": str(conversation), "id": str(message.pk)}
    for client in (writer, reader, tablet):
        assert (await client.next("direct.deleted"))["data"] == gone
    # Who writes is not told who reads; nobody else is told anything.
    for client in (writer, reader, tablet, other, guest):
        assert direct(await client.quiet()) == []


async def test_the_count_is_told(connect: Connect, listener: User, speaker: User) -> None:
    reader = await connect(speaker)
    assert (await reader.next("inbox.counts"))["data"] == {"messages": 0, "notifications": 0}
    for _ in range(2):
        message = await in_database(direct_send)(author=listener, to=speaker, text="Hello", now=now())
    assert (await reader.next("inbox.counts"))["data"]["messages"] == 1
    await in_database(direct_read)(user=speaker, conversation_id=message.conversation_id, up_to=message.pk)
    assert (await reader.next("inbox.counts"))["data"]["messages"] == 0
    assert "inbox.counts" not in [frame["type"] for frame in await reader.quiet()]
