"""What a client may send wrongly, and what becomes of it: an answer or a close code, never the consumer's end."""

import json
import logging
from collections.abc import Iterator
from uuid import uuid4

import pytest

from accounts.models import User
from rooms import selectors
from rooms.models import Space
from spaces_project.lib.logs import JsonFormatter
from tests.live.conftest import Connect

NOBODY = "0193a0b0-0000-7000-8000-000000000000"


@pytest.fixture(autouse=True)
def nothing_is_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Clients cannot fill the log."""
    yield
    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


@pytest.mark.parametrize(
    ("text", "code", "ref"),
    [
        ("{", "frame.not_json", None),
        ("[" * 60_000, "frame.not_json", None),
        ('{"type":"space.explode","ref":"a","data":{}}', "frame.unknown_type", "a"),
        ('{"type":"space.watch","ref":"a","data":{"space":7}}', "frame.invalid", "a"),
    ],
)
async def test_a_bad_frame_is_answered_and_the_socket_goes_on(
    connect: Connect, text: str, code: str, ref: str | None
) -> None:
    client = await connect(None)
    await client.send_text(text)
    reply = await client.next("reply")
    assert (reply["ok"], reply["ref"], reply["error"]["code"]) == (False, ref, code)
    assert (await client.ask("space.unwatch", space=NOBODY))["ok"]


async def test_ten_bad_frames_close_the_socket(connect: Connect) -> None:
    client = await connect(None)
    for _ in range(10):
        await client.send_text("not json")
    assert await client.closed() == 4400


async def test_a_binary_frame_closes_the_socket(connect: Connect) -> None:
    client = await connect(None)
    await client.send_bytes(b"\x00\xff")
    assert await client.closed() == 4409


@pytest.mark.parametrize("character", ["a", "é", "😀"])
async def test_more_than_64_kib_close_the_socket(connect: Connect, character: str) -> None:
    client = await connect(None)
    room = 64 * 1024 - 2
    await client.send_text('"' + character * (room // len(character.encode())) + '"')
    assert (await client.next("reply"))["error"]["code"] == "frame.invalid"
    await client.send_text('"' + character * (room // len(character.encode()) + 1) + '"')
    assert await client.closed() == 4409


async def test_too_many_commands_close_the_socket(connect: Connect) -> None:
    client = await connect(None)
    for _ in range(60):
        await client.send("space.unwatch", space=NOBODY)
    assert await client.closed() == 4429


async def test_a_space_that_does_not_exist_is_answered_in_words(connect: Connect, listener: User) -> None:
    client = await connect(listener)
    for command, data in {
        "space.watch": {},
        "space.present": {"connection": "abc"},
        "space.leave": {},
        "audio.connected": {"connection": "abc"},
        "mic.set": {"muted": True},
    }.items():
        reply = await client.ask(command, space=str(uuid4()), **data)
        assert (reply["ok"], reply["error"]["code"]) == (False, "space.not_found"), command
        assert reply["error"]["message"]
    assert [frame["type"] for frame in client.unread] == ["bubbles.snapshot", "inbox.counts"]


async def test_guests_are_told_to_sign_in(connect: Connect, space: Space) -> None:
    guest = await connect(None)
    for command, data in {
        "space.present": {"connection": "abc"},
        "space.leave": {},
        "audio.connected": {"connection": "abc"},
        "mic.set": {"muted": True},
    }.items():
        reply = await guest.ask(command, space=str(space.pk), **data)
        assert reply["error"]["code"] == "not_signed_in", command


async def test_commands_are_answered_in_their_order(connect: Connect, space: Space) -> None:
    client = await connect(None)
    refs = [await client.send("space.watch", space=str(space.pk)) for _ in range(5)]
    refs += [await client.send("space.unwatch", space=str(space.pk)) for _ in range(5)]
    assert [(await client.next("reply"))["ref"] for _ in refs] == refs


async def test_a_socket_watches_twenty_spaces_at_most(
    connect: Connect, space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rooms.live.commands.space.WATCHED_MAX", 0)
    client = await connect(None)
    reply = await client.ask("space.watch", space=str(space.pk))
    assert reply["error"]["code"] == "space.watching_too_many"


class TestFault:
    """A fault of the server."""

    @pytest.fixture(autouse=True)
    def nothing_is_logged(self) -> None:
        """Here something is."""

    async def test_is_answered_and_logged_and_the_socket_goes_on(
        self,
        connect: Connect,
        space: Space,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        caplog.handler.setFormatter(JsonFormatter())
        client = await connect(None)
        with monkeypatch.context() as broken:
            broken.setattr(selectors, "snapshot", lambda **_: 1 / 0)
            reply = await client.ask("space.watch", space=str(space.pk))
        assert (reply["ok"], reply["error"]["code"]) == (False, "internal")
        assert "ZeroDivisionError" in caplog.text
        # The line has the connection and what the client calls its command.
        line = json.loads(caplog.text.splitlines()[0])
        assert line["trace"].endswith(f".{reply['ref']}")
        assert line["door"] == "socket"
        assert "division" not in reply["error"]["message"]
        assert (await client.ask("space.watch", space=str(space.pk)))["ok"]
