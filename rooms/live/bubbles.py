"""Purple bubbles: who follows somebody on a live stage is shown that Space.

A stage that changes is announced once to all processes (`announce_on_commit`), with the bubble and the people on stage. Each
process asks the database once which of its connected people follow one of them, and tells those. It remembers whom it
showed what, so that the end reaches them too. Nothing loops over followers, however many there are.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from accounts.selectors import connected_followers
from rooms import selectors
from rooms.live.database import in_database
from rooms.live.socket import Socket
from rooms.live.wire import Frame
from rooms.models import Space
from spaces_project.lib import broadcast

if TYPE_CHECKING:
    from rooms.live.hub import Hub

logger = logging.getLogger(__name__)

# Of so many Spaces a process remembers how new its last announcement was.
_REMEMBERED = 10_000

# SQLite takes 32,766 parameters at most.
_CHUNK = 10_000

Message = dict[str, Any]


def announce_on_commit(space: Space) -> None:
    """Tell all processes, after commit, who is on stage now, or that the Space has ended. Call it where the stage changes."""
    space_id = space.pk
    transaction.on_commit(lambda: announce(space_id), robust=True)


def announce(space_id: UUID) -> None:
    """As `announce_on_commit`, now: a fixed number of queries and one message, whatever the number of followers."""
    space = Space.objects.for_cards().filter(pk=space_id).first()
    if space is not None:
        broadcast.tell_processes(announcement(space))


def announcement(space: Space) -> Message:
    """What all processes are told of a Space: `stage` = ids of those on stage, `host` = id of the host, across a block
    with whom nobody is shown it, `text` = the frame for their followers ("" when it is over); `seq` orders announcements that
    overtake each other."""
    stage: list[int] = []
    text = ""
    if space.is_live:
        stage = list(selectors.stage_of(space).values_list("user_id", flat=True))
        text = broadcast.encode({"type": "bubble.shown", "data": selectors.bubbles([space])[0]})
    return {
        "type": "hub.bubble",
        "space": str(space.pk),
        "seq": space.seq,
        "host": space.host_id,
        "stage": stage,
        "text": text,
    }


class Bubbles:
    """The part of the hub that knows which bubbles this process's people have been shown."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._shown: dict[str, set[int]] = {}
        self._newest: OrderedDict[str, int] = OrderedDict()
        # By Space: announcements that come faster than the database answers replace each other.
        self._waiting: OrderedDict[str, Message] = OrderedDict()
        self._users_waiting: set[int] = set()
        self._wake = asyncio.Event()
        self._holding: dict[Socket, list[Frame]] = {}

    def announced(self, message: Message) -> None:
        """Handle `hub.bubble`, in its turn."""
        space = message["space"]
        if message["seq"] < self._newest.get(space, 0):
            return
        self._newest[space] = message["seq"]
        self._newest.move_to_end(space)
        if len(self._newest) > _REMEMBERED:
            self._newest.popitem(last=False)
        self._waiting[space] = message
        self._wake.set()

    def changed_for(self, user_id: int) -> None:
        """Handle `hub.bubbles_changed`: somebody followed or left a person who is on a live stage."""
        self._users_waiting.add(user_id)
        self._wake.set()

    def forget(self, user_id: int) -> None:
        """The last socket of this person is gone."""
        for users in self._shown.values():
            users.discard(user_id)

    async def run(self) -> None:
        """Work off what is waiting, one after the other, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting or self._users_waiting:
                try:
                    if self._waiting:
                        await self._show(self._waiting.popitem(last=False)[1])
                    else:
                        await self._snapshot_again(self._users_waiting.pop())
                except Exception:
                    logger.exception("Could not show a bubble")

    async def snapshot(self, socket: Socket, read: Callable[[], Awaitable[list[Message]]]) -> None:
        """Deliver `bubbles.snapshot` with what `read` gives; what changes while it reads comes after it."""
        self._holding.setdefault(socket, [])
        try:
            bubbles = await read()
            for bubble in bubbles:
                self._shown.setdefault(bubble["space"], set()).add(socket.user_id or 0)
            socket.deliver(
                Frame(broadcast.encode({"type": "bubbles.snapshot", "data": {"bubbles": bubbles}}))
            )
        finally:
            for frame in self._holding.pop(socket, ()):
                socket.deliver(frame)

    async def refresh(self) -> None:
        """After an outage: look at everything that is live, and at what was shown and is over."""
        for message in await in_database(_announcements)(list(self._shown)):
            self.announced(message)

    async def _show(self, message: Message) -> None:
        space = message["space"]
        connected = set(self._hub.by_user)
        followers: set[int] = set()
        if message["stage"]:
            for chunk in _chunks(list(connected)):
                ask = in_database(connected_followers)
                followers |= await ask(followee_ids=message["stage"], among=chunk, apart_from=message["host"])
        # Whoever has connected in the meantime has just read for themselves.
        shown = self._shown.pop(space, set())
        gone = (shown & connected) - followers
        if shown := followers | (shown - connected):
            self._shown[space] = shown
        self._deliver(followers, Frame(message["text"]))
        if gone:
            self._deliver(gone, Frame(broadcast.encode({"type": "bubble.hidden", "data": {"space": space}})))

    async def _snapshot_again(self, user_id: int) -> None:
        for users in self._shown.values():
            users.discard(user_id)
        for socket in list(self._hub.by_user.get(user_id, ())):
            await self.snapshot(socket, lambda: in_database(_bubbles_of)(user_id))

    def _deliver(self, user_ids: Iterable[int], frame: Frame) -> None:
        for user_id in user_ids:
            for socket in self._hub.by_user.get(user_id, ()):
                held = self._holding.get(socket)
                if held is None:
                    socket.deliver(frame)
                else:
                    held.append(frame)


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]


def _bubbles_of(user_id: int) -> list[Message]:
    user = User.objects.filter(pk=user_id).first()
    return selectors.bubbles_for(user=user) if user else []


def _announcements(shown: list[str]) -> list[Message]:
    spaces = {space.pk: space for space in Space.objects.live().for_cards()}
    over = [space_id for space_id in map(UUID, shown) if space_id not in spaces]
    spaces |= {space.pk: space for space in Space.objects.for_cards().filter(pk__in=over)}
    return [announcement(space) for space in spaces.values()]
