"""What followers are told: a frame of somebody's, to those of this process's people on whose home they are.

A post is announced once to all processes (`broadcast.tell_followers_on_commit`), with its author. Each process asks the
database once which of its connected people follow them, for all announcements that wait together, and tells those. Nothing
loops over followers, however many there are; and a frame that is lost is worth no repair: home is read from the database.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rooms.live.database import in_database
from rooms.live.wire import Frame
from social.selectors.timeline import connected_readers

if TYPE_CHECKING:
    from rooms.live.hub import Hub

logger = logging.getLogger(__name__)

# SQLite takes 32,766 parameters at most.
_CHUNK = 10_000

Message = dict[str, Any]


class Followers:
    """The part of the hub that finds the followers among this process's people."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        # By frame: the same that comes again before it was sent replaces itself.
        self._waiting: dict[str, set[int]] = {}
        self._wake = asyncio.Event()

    def announced(self, message: Message) -> None:
        """Handle `hub.followers`, in its turn."""
        self._waiting.setdefault(message["text"], set()).update(message["people"])
        self._wake.set()

    async def run(self) -> None:
        """Work off what is waiting, all of it at once, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            waiting, self._waiting = self._waiting, {}
            try:
                await self._tell(waiting)
            except Exception:
                logger.exception("Could not tell followers")

    async def _tell(self, waiting: dict[str, set[int]]) -> None:
        authors = set().union(*waiting.values())
        readers = defaultdict[int, set[int]](set)
        for chunk in _chunks(list(self._hub.by_user)):
            for author, reader in await in_database(connected_readers)(author_ids=authors, among=chunk):
                readers[author].add(reader)
        for text, people in waiting.items():
            frame = Frame(text)
            for user_id in set[int]().union(*(readers[person] for person in people)):
                for socket in self._hub.by_user.get(user_id, ()):
                    socket.deliver(frame)


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield ids[start : start + _CHUNK]
