"""One per web process (per event loop): brings what the layer says to this process's sockets.

The process has one channel in the layer, and is in a group as long as one of its sockets is. A frame that arrives is written
to each socket of its group as it is: no consumer wakes up for it. Other messages ("hub.…") have a handler here:

- `hub.frame`: `group`, `kind` (the frame's type), `seq`, `sent` (when, by the sender's clock), `text`: a frame for the sockets
  of a group
- `hub.bubble`: see rooms.live.bubbles
- `hub.notified`: see rooms.live.notices
- `hub.followers`: see rooms.live.followers
- `hub.bubbles_changed`: `user`: the bubbles of this person are to be read again
- `hub.sessions_ended`: `user`: close their sockets
- `hub.joined`: `token`: a subscription is confirmed (rooms.live.groups)

The hub starts with its first socket and stops with its last.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import orjson
from channels.layers import get_channel_layer
from django.conf import settings

from rooms.live import apart
from rooms.live.apart import Apart
from rooms.live.bubbles import Bubbles
from rooms.live.counts import Counts
from rooms.live.database import in_database
from rooms.live.followers import Followers
from rooms.live.groups import Group, Subscriptions
from rooms.live.notices import Notices
from rooms.live.protocol import Close
from rooms.live.reconnects import Reconnects
from rooms.live.socket import Socket
from rooms.live.wire import Frame, before_shutdown
from rooms.models import Space
from spaces_project.lib import broadcast, metrics

logger = logging.getLogger(__name__)

_REPAIR_SECONDS = 1.0
_STOP_SECONDS = 0.1
# After an outage thousands want a snapshot: each waits a random time, so that about 500 come in a second.
_RESYNC_MS_PER_SOCKET = 2
_RESYNC_MS_MIN = 500
_RESYNC_MS_MAX = 10_000

Message = dict[str, Any]


class Hub:
    """See the module. `hub_of_this_loop()` gives the one that runs."""

    def __init__(self) -> None:
        self.layer = get_channel_layer()
        # Set once what all processes are told arrives here.
        self.listening = asyncio.Event()
        self.sockets: set[Socket] = set()
        self.by_user: dict[int, set[Socket]] = {}
        self.subscriptions = Subscriptions(self.layer)
        self.bubbles = Bubbles(self)
        self.counts = Counts(self)
        self.notices = Notices(self)
        self.followers = Followers(self)
        self.apart = Apart(self)
        self._handlers: dict[str, Callable[[Message], None]] = {
            "hub.frame": self._frame,
            "hub.joined": lambda message: self.subscriptions.confirmed(message["token"]),
            "hub.bubble": self.bubbles.announced,
            "hub.notified": self.notices.announced,
            "hub.followers": self.followers.announced,
            "hub.bubbles_changed": lambda message: self.bubbles.changed_for(message["user"]),
            "hub.sessions_ended": self._sessions_ended,
        }
        # What the hub itself has to know of the frames that pass.
        self._observers: dict[str, Callable[[Group, Message], None]] = {
            "space.superseded": self.counts.superseded,
            "space.ended": self.counts.ended,
            "stage.joined": self.counts.stage_changed,
            "stage.left": self.counts.stage_changed,
            "space.removed": self._removed,
        }
        self._tasks: list[asyncio.Task[None]] = []
        self._leaving: set[asyncio.Task[None]] = set()
        self._lifecycle = asyncio.Lock()
        self._reconnects = Reconnects(self.layer)
        self._slots = 0
        self._stopping = False
        self._take_back: Callable[[], None] = lambda: None

    async def attach(self, socket: Socket) -> None:
        """Take a socket in; from now on it gets pings, and what is said to its user."""
        async with self._lifecycle:
            self._slots += 1
            socket.slot = self._slots
            self.sockets.add(socket)
            metrics.SOCKETS.labels(_who(socket)).inc()
            if socket.user_id is not None:
                self.by_user.setdefault(socket.user_id, set()).add(socket)
            if not self._tasks:
                self._start()
        if socket.user_id is not None:
            await self.subscriptions.join(socket, broadcast.user_group(socket.user_id), confirm=False)

    async def detach(self, socket: Socket) -> None:
        """Let a socket go; it is in no group any more."""
        if socket in self.sockets:
            self.sockets.discard(socket)
            metrics.SOCKETS.labels(_who(socket)).dec()
        self.counts.absent(socket)
        if socket.user_id is not None and (own := self.by_user.get(socket.user_id)):
            own.discard(socket)
            if not own:
                del self.by_user[socket.user_id]
                self.bubbles.forget(socket.user_id)
        for name in list(socket.groups):
            await self.subscriptions.leave(socket, name)
        async with self._lifecycle:
            if not self.sockets:
                await self._stop()

    async def watch(self, socket: Socket, space_id: UUID, read: Callable[[], Awaitable[Message]]) -> Message:
        """Put `socket` into the Space's group. Returns what `read` gives, the snapshot, after which `watching` must be called.

        Events that come while it is read are kept back, so that the client gets the snapshot first and then each event
        after it, once, in order.
        """
        group = await self.subscriptions.join(socket, broadcast.space_group(space_id), confirm=True)
        group.hold(socket)
        if own := self._own_group(socket):
            # What is said to the person alone (the queue, say) comes after the snapshot, too.
            own.hold(socket)
        try:
            snapshot = await read()
        except BaseException:
            await self.unwatch(socket, space_id)
            raise
        # Only for the first: to those who were here before, what this snapshot holds may never have come.
        group.seq = group.seq or snapshot["seq"]
        return snapshot

    def watching(self, socket: Socket, space_id: UUID) -> None:
        """The snapshot has been delivered: let the events follow."""
        if group := self.subscriptions.groups.get(broadcast.space_group(space_id)):
            group.release(socket)
        if own := self._own_group(socket):
            own.release(socket)

    async def unwatch(self, socket: Socket, space_id: UUID) -> None:
        """Take `socket` out of the Space's group."""
        if own := self._own_group(socket):
            own.release(socket)
        self.counts.absent(socket, space_id)
        await self.hide_captions(socket, space_id)
        await self.subscriptions.leave(socket, broadcast.space_group(space_id))

    async def show_captions(self, socket: Socket, space_id: UUID) -> None:
        """Put `socket`, which watches the Space, among those that show its captions."""
        await self.subscriptions.join(socket, broadcast.captions_group(space_id), confirm=True)

    async def hide_captions(self, socket: Socket, space_id: UUID) -> None:
        """Take `socket` out of those that show the Space's captions."""
        await self.subscriptions.leave(socket, broadcast.captions_group(space_id))

    def _own_group(self, socket: Socket) -> Group | None:
        """The group of the socket's user."""
        return self.subscriptions.groups.get(broadcast.user_group(socket.user_id or 0))

    def space_groups(self) -> dict[UUID, Group]:
        """The Spaces that somebody here is watching."""
        prefix = broadcast.space_group("")
        return {
            UUID(name.removeprefix(prefix)): group
            for name, group in self.subscriptions.groups.items()
            if name.startswith(prefix) and group.sockets
        }

    def goodbye(self) -> None:
        """The server stops: all sockets are told to come back later."""
        self._stopping = True
        for socket in self.sockets:
            socket.close(Close.RESTART)

    def _start(self) -> None:
        self._take_back = before_shutdown(self.goodbye)
        self._tasks = [
            asyncio.ensure_future(loop)
            for loop in (
                self._receive(),
                self._ping(),
                self._repair(),
                self.counts.run(),
                self.bubbles.run(),
                self.followers.run(),
                self.notices.run(),
                self.apart.run(),
            )
        ]

    async def _stop(self) -> None:
        if not self._stopping:
            # Once: the last two sockets may go at the same moment, and each finds none left.
            take_back, self._take_back = self._take_back, lambda: None
            take_back()
        pending, self._tasks = set(self._tasks), []
        while pending:
            # Again: redis-py forgets a cancellation that meets it while it connects.
            for task in pending:
                task.cancel()
            _, pending = await asyncio.wait(pending, timeout=_STOP_SECONDS)
        if self.subscriptions.channel:
            with contextlib.suppress(Exception):
                await self.layer.group_discard(broadcast.EVERY_PROCESS, self.subscriptions.channel)
        self.subscriptions = Subscriptions(self.layer)
        self.listening.clear()

    async def _receive(self) -> None:
        while True:
            try:
                channel = await self.subscriptions.open()
                await self.layer.group_add(broadcast.EVERY_PROCESS, channel)
                self.listening.set()
                self._reconnects.arm()
                while True:
                    self._handle(await self.layer.receive(channel))
                    # Many messages at once must not keep the clients' own from being read.
                    await asyncio.sleep(0)
            except Exception as error:
                logger.warning("The channel layer does not answer: %s", error)
                await asyncio.sleep(_REPAIR_SECONDS)

    def _handle(self, message: Message) -> None:
        handler = self._handlers.get(message["type"])
        if handler is None:
            logger.warning("The hub has no handler for %s", message["type"])
            return
        try:
            handler(message)
        except Exception:
            logger.exception("Could not handle %s", message["type"])

    def _frame(self, message: Message) -> None:
        group = self.subscriptions.groups.get(message["group"])
        if group is None:
            return
        if message["kind"] in apart.KINDS:
            self.apart.announced(group, message["text"])
            return
        frame = Frame(message["text"])
        group.seq = max(group.seq, message["seq"])
        group.deliver(frame)
        if sent := message.get("sent"):
            # Once for all sockets: what is measured costs nothing per listener.
            kind = "event" if message["seq"] else "other"
            metrics.FANOUT_SECONDS.labels(kind).observe(max(0.0, time.time() - sent))
        if observer := self._observers.get(message["kind"]):
            observer(group, orjson.loads(frame.text))

    def _removed(self, group: Group, frame: Message) -> None:
        """Somebody was removed from a Space: none of their sockets hears of it any more."""
        for socket in list(group.sockets):
            leaving = asyncio.ensure_future(self.unwatch(socket, UUID(frame["space"])))
            self._leaving.add(leaving)
            leaving.add_done_callback(self._leaving.discard)

    def _sessions_ended(self, message: Message) -> None:
        for socket in list(self.by_user.get(message["user"], ())):
            socket.close(Close.SESSION_ENDED)

    async def _ping(self) -> None:
        """Ping each socket every `SOCKET_PING_SECONDS`, spread over that time so that the answers do not come in one burst."""
        loop = asyncio.get_running_loop()
        period: float = settings.SOCKET_PING_SECONDS
        rounds = max(1, round(period / settings.SOCKET_TICK_SECONDS))
        n = 0
        while True:
            await asyncio.sleep(period / rounds)
            n += 1
            frame = Frame(broadcast.encode({"type": "ping", "data": {"n": n}}))
            for socket in [socket for socket in self.sockets if (socket.slot + n) % rounds == 0]:
                socket.ping(n, frame, loop.time(), timeout=2 * period)

    async def _repair(self) -> None:
        """See to it that what could not be joined is joined, and that those who missed something are told."""
        while True:
            reconnected = await self._reconnects.within(_REPAIR_SECONDS)
            try:
                if reconnected:
                    # What is said from here on arrives; what was said before may not have.
                    await self.subscriptions.comes_through(broadcast.EVERY_PROCESS)
                    logger.warning("The channel layer is back; looking for what was missed")
                    self.counts.touch_again()
                    await self.bubbles.refresh()
                    await self.notices.refresh()
                caught_up = await self.subscriptions.repair()
                await self._resync(None if reconnected else {group.name for group in caught_up})
            except Exception as error:
                logger.warning("Could not repair: %s", error)

    async def _resync(self, names: set[str] | None) -> None:
        """Tell the sockets of Spaces whose seq has moved without us to come for a snapshot; None looks at all Spaces."""
        groups = {
            space_id: group
            for space_id, group in self.space_groups().items()
            if names is None or group.name in names
        }
        if not groups:
            return
        newest = await in_database(
            lambda: dict(Space.objects.filter(pk__in=list(groups)).values_list("pk", "seq"))
        )()
        for space_id, group in groups.items():
            if newest.get(space_id, group.seq) <= group.seq:
                continue
            group.seq = newest[space_id]
            within = min(_RESYNC_MS_MAX, _RESYNC_MS_MIN + _RESYNC_MS_PER_SOCKET * len(group.sockets))
            frame = {"type": "space.resync", "space": str(space_id), "data": {"within_ms": within}}
            group.deliver(Frame(broadcast.encode(frame)))


def _who(socket: Socket) -> str:
    return "guest" if socket.user_id is None else "account"


_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def hub_of_this_loop() -> Hub:
    """The hub of the running event loop; made when first asked for."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
