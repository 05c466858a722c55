"""What is written about a Space, to its group without those whom a block keeps apart from the author.

Frames to a Space are the same for all in it, and what is said in the room everybody in it may read. A post is more: it
stands on its author's profile, which does not exist across a block. For each post a process asks the database once whom of
its own people in the Space a block keeps apart; nothing is sent to anybody before that.
"""

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING

import orjson

from accounts.selectors import kept_apart
from rooms.live.database import in_database
from rooms.live.groups import Group
from rooms.live.wire import Frame

if TYPE_CHECKING:
    from rooms.live.hub import Hub

logger = logging.getLogger(__name__)

# Both, so that they stay in order.
KINDS = frozenset({"post.added", "post.deleted"})
# SQLite takes 32,766 parameters at most.
_CHUNK = 10_000


class Apart:
    """The part of the hub that keeps a post from those it is not for."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._waiting: deque[tuple[str, str]] = deque()
        self._wake = asyncio.Event()

    def announced(self, group: Group, text: str) -> None:
        """Take a frame over from the hub."""
        self._waiting.append((group.name, text))
        self._wake.set()

    async def run(self) -> None:
        """Work off what is waiting, one after the other, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                try:
                    await self._deliver(*self._waiting.popleft())
                except Exception:
                    logger.exception("Could not tell of a post")

    async def _deliver(self, name: str, text: str) -> None:
        group = self._hub.subscriptions.groups.get(name)
        if group is None:
            return
        post = orjson.loads(text)["data"].get("post")
        if post is None:
            group.deliver(Frame(text))
            return
        author = int(post["author"]["id"])
        people = [socket.user_id for socket in group.sockets if socket.user_id is not None]
        apart: set[int] = set()
        for start in range(0, len(people), _CHUNK):
            apart |= await in_database(kept_apart)(author, among=people[start : start + _CHUNK])
        group.deliver(Frame(text), without=apart)
