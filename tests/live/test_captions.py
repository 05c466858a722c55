"""Captions on the socket: for those who show them, as long as they may."""

from datetime import UTC, datetime

import pytest

from recordings.engines.base import EngineInfo
from recordings.models import AgentJob
from recordings.selectors.captions import partial_frame
from recordings.services.captions import caption_add
from rooms.live.database import in_database
from rooms.services.control import space_remove
from rooms.services.joining import space_join
from spaces_project.lib import broadcast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_audio")]


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def say(space, host):
    """`await say("hello", 1000)`: the host said so."""

    def said(text: str, at_ms: int) -> None:
        job, _ = AgentJob.objects.get_or_create(space=space, kind="captions", state="running", worker="me")
        caption_add(
            job_id=job.pk,
            worker="me",
            user_id=host.pk,
            text=text,
            starts_at_ms=at_ms,
            ends_at_ms=at_ms,
            engine=EngineInfo("good", False, ""),
            now=now(),
        )

    return in_database(said)


async def test_only_those_who_show_them_get_them(connect, space, host, listener, say):
    await say("before", 0)
    await in_database(space_join)(space=space, user=listener, now=now())
    reader, other = await connect(listener), await connect(listener)
    here = {"space": str(space.pk)}
    assert (await reader.ask("captions.show", **here))["error"]["code"] == "captions.watch_first"
    for socket in (reader, other):
        assert (await socket.ask("space.watch", **here))["ok"]
    is_read = in_database(broadcast.is_listened_to)
    assert not await is_read(broadcast.captions_group(space.pk))
    reply = await reader.ask("captions.show", **here)
    assert await is_read(broadcast.captions_group(space.pk))
    assert [line["text"] for line in reply["data"]["lines"]] == ["before"]

    frame = partial_frame(space.pk, host.pk, "The Host", 1000, "hel")
    await broadcast.send_async(broadcast.captions_group(space.pk), frame)
    assert (await reader.next("captions.partial"))["data"]["text"] == "hel"
    await say("hello", 1000)
    assert (await reader.next("captions.line"))["data"]["text"] == "hello"

    assert (await reader.ask("captions.hide", **here))["ok"]
    assert not await is_read(broadcast.captions_group(space.pk))
    await say("unseen", 2000)
    seen = [frame["type"] for socket in (reader, other) for frame in await socket.quiet()]
    assert not [kind for kind in seen if kind.startswith("captions.")]


async def test_whoever_is_put_out_reads_no_more_and_does_not_come_back(connect, space, host, listener, say):
    await in_database(space_join)(space=space, user=listener, now=now())
    reader = await connect(listener)
    here = {"space": str(space.pk)}
    await reader.ask("space.watch", **here)
    assert (await reader.ask("captions.show", **here))["ok"]
    await in_database(space_remove)(space=space, by=host, user=listener, now=now())
    await reader.next("space.removed")
    await reader.quiet()
    await say("not for them", 0)
    assert "captions.line" not in [frame["type"] for frame in await reader.quiet()]
    assert not (await reader.ask("captions.show", **here))["ok"]


async def test_guests_read_where_they_may_listen(connect, space, host):
    guest = await connect(None)
    here = {"space": str(space.pk)}
    await guest.ask("space.watch", **here)
    assert (await guest.ask("captions.show", **here))["error"]["code"] == "space.guests_not_allowed"
