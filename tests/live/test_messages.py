"""Beside the stage, on the socket: messages, reactions in ticks, guests, muting for oneself."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from accounts.models import User
from accounts.services import person_mute
from rooms import guests, presence
from rooms.live.database import in_database
from rooms.live.hub import hub_of_this_loop
from rooms.models import Participation, Role, RoomMessage, Space
from rooms.services.guests import GuestJoined, guest_join
from rooms.services.joining import space_join
from rooms.services.messages import message_post
from rooms.services.reactions import space_react
from tests.audio.background import Background
from tests.factories import UserFactory
from tests.live.clients import ORIGIN, SocketClient
from tests.live.conftest import Connect

pytestmark = pytest.mark.django_db(transaction=True)


def now() -> datetime:
    return datetime.now(UTC)


async def come_in(client: SocketClient, space: Space, user: User) -> None:
    """Join and watch."""
    await in_database(space_join)(space=space, user=user, now=now())
    assert (await client.ask("space.watch", space=str(space.pk)))["ok"]


async def error_of(client: SocketClient, type: str, **data: Any) -> str:
    """The code that a command is refused with."""
    reply = await client.ask(type, **data)
    assert not reply["ok"], reply
    return reply["error"]["code"]


class TestMessages:
    """message.post, message.delete"""

    async def test_written_read_and_deleted(
        self, connect: Connect, space: Space, host: User, listener: User
    ) -> None:
        writer, reader = await connect(listener), await connect(None)
        await come_in(writer, space, listener)
        await reader.ask("space.watch", space=str(space.pk))
        reply = await writer.ask("message.post", space=str(space.pk), text=" Hello\nall ")
        posted = await reader.next("message.posted")
        assert set(posted) == {"type", "space", "data"}
        message = posted["data"]["message"]
        assert reply["data"] == {"id": message["id"]}
        assert (message["text"], message["author"]["handle"]) == ("Hello\nall", listener.handle)
        assert (await writer.next("message.posted"))["data"] == posted["data"]

        moderator = await connect(host)
        for _ in range(2):
            assert (await moderator.ask("message.delete", space=str(space.pk), message=message["id"]))["ok"]
        assert (await reader.next("message.deleted"))["data"] == {"id": message["id"]}
        assert "message.deleted" not in [frame["type"] for frame in await reader.quiet()]

    async def test_the_rate_is_one_for_both_doors(
        self, connect: Connect, space: Space, host: User, limit: Any
    ) -> None:
        limit("message.post", account=(2, 100))
        client = await connect(host)
        await in_database(message_post)(space=space, author=host, text="One", now=now())
        assert (await client.ask("message.post", space=str(space.pk), text="Two"))["ok"]
        assert await error_of(client, "message.post", space=str(space.pk), text="Three") == "too_many"

    async def test_refusals(self, connect: Connect, space: Space, outsider: User) -> None:
        guest, stranger = await connect(None), await connect(outsider)
        here = str(space.pk)
        for type, data in [
            ("message.post", {"text": "Hi"}),
            ("message.delete", {"message": "1"}),
            ("space.react", {"kind": "💯"}),
            ("space.present", {"connection": "x"}),
            ("stage.request", {}),
        ]:
            assert await error_of(guest, type, space=here, **data) == "not_signed_in"
        assert await error_of(stranger, "message.post", space=here, text="Hi") == "space.not_joined"
        assert await error_of(stranger, "message.post", space=here, text=" ") == "invalid"
        assert await error_of(stranger, "message.delete", space=here, message="1") == "message.not_found"
        assert await error_of(stranger, "message.delete", space=here, message="9" * 19) == "message.not_found"
        assert await error_of(stranger, "space.react", space=here, kind="💯") == "space.not_joined"
        assert await error_of(stranger, "space.react", space=here, kind="💩") == "invalid"
        assert not await in_database(RoomMessage.objects.exists)()

    @pytest.mark.parametrize(
        ("type", "data"),
        [
            ("message.post", {}),
            ("message.post", {"text": None}),
            ("message.post", {"text": "x" * 5001}),
            ("message.post", {"text": "x", "role": "host"}),
            ("message.delete", {"message": 1}),
            ("message.delete", {"message": "-1"}),
            ("space.react", {"kind": ""}),
            ("space.react", {"kind": "💯", "times": 100}),
            ("guest.present", {"token": ""}),
            ("guest.present", {"token": "x" * 401}),
        ],
    )
    async def test_frames_that_are_none(
        self, connect: Connect, space: Space, host: User, type: str, data: dict[str, Any]
    ) -> None:
        assert await error_of(await connect(host), type, space=str(space.pk), **data) == "frame.invalid"


class TestReactions:
    """Never a frame for a tap."""

    PEOPLE, TAPS_EACH = 100, 10
    KINDS = ("❤️", "🔥", "👏", "😂")

    @pytest.fixture
    def other_process(self) -> Iterator[Background]:
        """Another event loop, with a hub of its own: what another web process is."""
        loop = Background()
        yield loop
        loop.close()

    def tap(self, space: Space, people: list[User]) -> Counter[str]:
        """Everybody taps as often as they may; how often each kind."""
        taps: Counter[str] = Counter()
        try:
            for user in people:
                for number in range(self.TAPS_EACH):
                    kind = self.KINDS[number % len(self.KINDS)]
                    space_react(space=space, user=user, kind=kind, now=now())
                    taps[kind] += 1
        finally:
            connection.close()
        return taps

    async def listen(
        self, client: SocketClient, until: Callable[[Counter[str]], bool]
    ) -> tuple[Counter[str], int]:
        """Add up the ticks until `until`; the sums, and how many ticks had reactions."""
        sums: Counter[str] = Counter()
        frames = 0
        while not until(sums):
            reactions = (await client.next("space.tick"))["data"].get("reactions", {})
            sums.update(reactions)
            frames += bool(reactions)
        return sums, frames

    @pytest.mark.slow
    async def test_a_thousand_taps_are_few_frames_and_the_same_sums_everywhere(
        self, connect: Connect, space: Space, host: User, other_process: Background
    ) -> None:
        people = await in_database(UserFactory.create_batch)(self.PEOPLE)
        await in_database(Participation.objects.bulk_create)(
            [Participation(space=space, user=user, role=Role.LISTENER) for user in people]
        )
        # Taps of before nobody is told of.
        await in_database(space_react)(space=space, user=host, kind="💯", now=now())
        total = self.PEOPLE * self.TAPS_EACH

        async def elsewhere() -> SocketClient:
            client = SocketClient(headers=[(b"host", b"testserver"), (b"origin", ORIGIN)])
            await client.open()
            return client

        async def watch(client: SocketClient) -> None:
            assert (await client.ask("space.watch", space=str(space.pk)))["ok"]
            # From the first tick on this process counts.
            await client.next("space.tick")

        async def hear(client: SocketClient) -> tuple[Counter[str], int]:
            heard = await self.listen(client, lambda sums: sums.total() >= total)
            # Nobody is told anything twice.
            assert not [frame for frame in await client.quiet() if frame["type"] == "space.tick"]
            return heard

        here = await connect(None)
        there = await asyncio.to_thread(other_process.run, elsewhere())
        await watch(here)
        await asyncio.to_thread(other_process.run, watch(there))
        begun = time.monotonic()
        hearing = [
            asyncio.ensure_future(hear(here)),
            asyncio.ensure_future(asyncio.to_thread(other_process.run, hear(there), 60)),
        ]
        taps = await asyncio.to_thread(self.tap, space, people)
        assert taps.total() == total
        for sums, frames in await asyncio.gather(*hearing):
            assert sums == taps
            assert 1 <= frames <= (time.monotonic() - begun) * 4 + 2
        await asyncio.to_thread(other_process.run, there.close())


class TestGuests:
    """guest.present, guest.leave"""

    @pytest.fixture
    def joined(self, space: Space) -> GuestJoined:
        """A guest who has joined."""
        Space.objects.filter(pk=space.pk).update(guests_allowed=True)
        key = guests.key_for(space.pk, "a")
        return guest_join(space=space, user=AnonymousUser(), guest_key=key, now=now())

    async def test_a_socket_keeps_a_guest_there(
        self, connect: Connect, space: Space, joined: GuestJoined, settings: Any
    ) -> None:
        settings.SPACES_PRESENCE_SECONDS = 3
        client = await connect(None)
        await client.ask("space.watch", space=str(space.pk))
        assert (await client.ask("guest.present", space=str(space.pk), token=joined.token))["ok"]
        member = guests.member_of(joined.key)
        # Seen a second after the join, and so by the socket: the join would not count four seconds later.
        later = now() + timedelta(seconds=4)
        async with asyncio.timeout(10):
            while not await in_database(presence.is_seen)(space.pk, member, later):
                await asyncio.sleep(0.05)
        assert (await client.ask("guest.leave", space=str(space.pk), token=joined.token))["ok"]
        assert not await in_database(presence.is_seen)(space.pk, member, now())
        while (await client.next("space.tick"))["data"]["listeners"]:
            pass

    async def test_switched_off_no_socket_keeps_them(
        self, connect: Connect, space: Space, joined: GuestJoined
    ) -> None:
        client = await connect(None)
        await client.ask("space.watch", space=str(space.pk))
        await client.ask("guest.present", space=str(space.pk), token=joined.token)
        [socket] = hub_of_this_loop().sockets
        assert socket.present
        await in_database(Space.objects.filter(pk=space.pk).update)(guests_allowed=False)
        async with asyncio.timeout(5):
            while socket.present:
                await asyncio.sleep(0.05)
        code = await error_of(client, "guest.present", space=str(space.pk), token=joined.token)
        assert code == "space.guests_not_allowed"

    async def test_refusals(
        self, connect: Connect, space: Space, joined: GuestJoined, listener: User
    ) -> None:
        guest, person = await connect(None), await connect(listener)
        here = str(space.pk)
        for token in ("x", "a:b:c", joined.token[:-1]):
            assert await error_of(guest, "guest.present", space=here, token=token) == "guest.token_invalid"
            assert await error_of(guest, "guest.leave", space=here, token=token) == "guest.token_invalid"
        assert await error_of(person, "guest.present", space=here, token=joined.token) == "guest.signed_in"
        nowhere = "00000000-0000-7000-8000-000000000000"
        assert await error_of(guest, "guest.present", space=nowhere, token=joined.token) == "space.not_found"
        await in_database(Space.objects.filter(pk=space.pk).update)(
            state="ended", ended_at=now(), end_reason="host"
        )
        assert await error_of(guest, "guest.present", space=here, token=joined.token) == "space.ended"


async def test_muting_for_oneself_reaches_ones_other_devices(
    connect: Connect, space: Space, listener: User, speaker: User
) -> None:
    phone, theirs = await connect(listener), await connect(speaker)
    for client in (phone, theirs):
        # Once this is answered, what is said to the person arrives, too: Redis subscribes in order.
        await client.ask("space.watch", space=str(space.pk))
    await in_database(person_mute)(owner=listener, person=speaker, now=now())
    assert (await phone.next("person.muted"))["data"] == {"user": str(speaker.pk), "muted": True}
    assert "person.muted" not in [frame["type"] for frame in await theirs.quiet()]
