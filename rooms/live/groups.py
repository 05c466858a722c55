"""The hub's own groups: which local sockets listen to what, joined in the layer as long as there is one."""

import asyncio
import logging
import secrets
from collections.abc import Collection
from typing import Any

from rooms.live.socket import Socket
from rooms.live.wire import Frame

logger = logging.getLogger(__name__)

# How long somebody who joins waits for the layer. After that they go on without, and are told to come again later.
SUBSCRIBE_SECONDS = 3.0
_CONFIRM_SECONDS = 0.5
_CONFIRM_TRIES = 4


class Group:
    """The sockets of this process that listen to one group of the layer.

    `seq` is the newest that has passed. `behind` says that somebody joined before the layer had subscribed. `holding` has a
    list for each socket that waits for its snapshot: frames that come in the meantime are written after it.
    """

    __slots__ = ("behind", "holding", "joining", "lock", "name", "seq", "sockets", "subscribed")

    def __init__(self, name: str) -> None:
        self.name = name
        self.sockets: set[Socket] = set()
        self.holding: dict[Socket, list[Frame]] = {}
        self.subscribed = False
        self.behind = False
        self.seq = 0
        self.lock = asyncio.Lock()
        self.joining: asyncio.Task[None] | None = None

    def deliver(self, frame: Frame, *, without: Collection[int] = ()) -> None:
        """Write the frame to every socket, but those of the people `without`."""
        if not self.holding and not without:
            for socket in self.sockets:
                socket.deliver(frame)
            return
        for socket in self.sockets:
            if socket.user_id in without:
                continue
            held = self.holding.get(socket)
            if held is None:
                socket.deliver(frame)
            else:
                held.append(frame)

    def hold(self, socket: Socket) -> None:
        """Keep back what comes for `socket` until `release`."""
        self.holding.setdefault(socket, [])

    def release(self, socket: Socket) -> None:
        """Write what was kept back for `socket`."""
        for frame in self.holding.pop(socket, ()):
            socket.deliver(frame)


class Subscriptions:
    """Joins a group in the layer with its first local socket and leaves it with the last.

    The set of sockets changes at once, the layer follows under the group's lock, looking at the set when its turn comes: a
    leave that is overtaken by a new join does nothing.
    """

    def __init__(self, layer: Any) -> None:
        self.groups: dict[str, Group] = {}
        self.channel = ""
        self._layer = layer
        self._opening = asyncio.Lock()
        self._confirmations: dict[str, asyncio.Future[None]] = {}

    async def open(self) -> str:
        """The process's one channel; made when it is first needed. Raises what the layer raises."""
        async with self._opening:
            if not self.channel:
                self.channel = await self._layer.new_channel("hub.")
            return self.channel

    def group(self, name: str) -> Group:
        """The group of this name, new if there is none."""
        if name not in self.groups:
            self.groups[name] = Group(name)
        return self.groups[name]

    async def join(self, socket: Socket, name: str, *, confirm: bool) -> Group:
        """Add a socket, and return once what is sent to the group arrives here.

        `confirm` waits until the layer has really subscribed, for groups in which nothing may be missed between the
        joining and the reading of a snapshot. A layer that does not answer in `SUBSCRIBE_SECONDS` leaves the group
        unsubscribed, for `repair`.
        """
        group = self.group(name)
        group.sockets.add(socket)
        socket.groups.add(name)
        if not group.subscribed:
            if group.joining is None:
                group.joining = asyncio.ensure_future(self._subscribe(group, confirm=confirm))
            await asyncio.wait([group.joining], timeout=SUBSCRIBE_SECONDS)
            group.behind = group.behind or not group.subscribed
        return group

    async def leave(self, socket: Socket, name: str) -> None:
        """Take a socket out; with the last one the group is left."""
        socket.groups.discard(name)
        group = self.groups.get(name)
        if group is None:
            return
        group.sockets.discard(socket)
        group.holding.pop(socket, None)
        if group.sockets:
            return
        async with group.lock:
            if group.sockets or self.groups.get(name) is not group:
                return
            if group.subscribed:
                group.subscribed = False
                try:
                    await self._layer.group_discard(name, self.channel)
                except Exception as error:
                    logger.warning("Could not leave %s: %s", name, error)
            if not group.sockets and group.joining is None:
                self.groups.pop(name, None)

    async def repair(self) -> list[Group]:
        """Subscribe to groups for which it did not work before. Returns those that have caught up: what was sent to them in
        the meantime is lost."""
        for group in list(self.groups.values()):
            if group.sockets and not group.subscribed and group.joining is None:
                group.joining = asyncio.ensure_future(self._subscribe(group, confirm=True))
                await asyncio.wait([group.joining])
                if not group.subscribed:
                    break
        caught_up = [group for group in self.groups.values() if group.behind and group.subscribed]
        for group in caught_up:
            group.behind = False
        return caught_up

    def confirmed(self, token: str) -> None:
        """A confirmation has come back through the layer."""
        waiting = self._confirmations.get(token)
        if waiting is not None and not waiting.done():
            waiting.set_result(None)

    async def _subscribe(self, group: Group, *, confirm: bool) -> None:
        try:
            async with group.lock:
                if not group.sockets:
                    self.groups.pop(group.name, None)
                    return
                await self._layer.group_add(group.name, await self.open())
                group.subscribed = not confirm or await self.comes_through(group.name)
        except Exception as error:
            logger.warning("Could not join %s: %s", group.name, error)
        finally:
            group.joining = None

    async def comes_through(self, name: str) -> bool:
        """Send a message round through the layer: `group_add` returns when Redis has been asked, not when it has done it."""
        token = secrets.token_hex(8)
        arrived = self._confirmations[token] = asyncio.get_running_loop().create_future()
        try:
            for _ in range(_CONFIRM_TRIES):
                await self._layer.group_send(name, {"type": "hub.joined", "token": token})
                if (await asyncio.wait([arrived], timeout=_CONFIRM_SECONDS))[0]:
                    return True
            return False
        finally:
            del self._confirmations[token]
