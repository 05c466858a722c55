"""Notifications of fan-outs on the sockets of those who were told.

A worker announces what it has written once to all processes ("hub.notified"). Each asks the database once which of its
connected people were told, and once for the numbers on their inboxes, and sends to those. Nothing loops over all who were told.
"""

import asyncio
import logging
from collections import deque
from typing import TYPE_CHECKING, Any

from rooms.live.database import in_database
from rooms.live.socket import Socket
from rooms.live.wire import Frame
from social.models import Notification
from social.notification_words import notification_card
from social.selectors.notifications import InboxCounts, inbox_counts, notifications_told
from spaces_project.lib import broadcast
from spaces_project.lib.languages import written_for

if TYPE_CHECKING:
    from rooms.live.hub import Hub

logger = logging.getLogger(__name__)

# SQLite takes 32,766 parameters at most.
_CHUNK = 10_000

Message = dict[str, Any]
Told = tuple[list[tuple[int, str]], dict[int, InboxCounts]]


class Notices:
    """The part of the hub that tells this process's people what workers have written for them."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._waiting: deque[Message] = deque()
        self._wake = asyncio.Event()

    def announced(self, message: Message) -> None:
        """Handle `hub.notified`, in its turn: `key`, and the people's keys above `after` and up to `upto` (None: all)."""
        self._waiting.append(message)
        self._wake.set()

    async def run(self) -> None:
        """Work off what is waiting, one after the other, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._waiting:
                try:
                    await self._tell(self._waiting.popleft())
                except Exception:
                    logger.exception("Could not tell of a notification")

    async def counts(self, socket: Socket) -> None:
        """Send a socket the numbers on its person's inbox. One query."""
        user_id = socket.user_id or 0
        counts = (await in_database(inbox_counts)([user_id])).get(user_id)
        if counts:
            socket.deliver(_counts_frame(counts))

    async def refresh(self) -> None:
        """After an outage: what was told meanwhile has not arrived; the numbers say at least that there is something."""
        connected = list(self._hub.by_user)
        for start in range(0, len(connected), _CHUNK):
            for user_id, counts in (
                await in_database(inbox_counts)(connected[start : start + _CHUNK])
            ).items():
                self._deliver(user_id, _counts_frame(counts))

    async def _tell(self, message: Message) -> None:
        connected = list(self._hub.by_user)
        for start in range(0, len(connected), _CHUNK):
            frames, counts = await in_database(_told)(message, connected[start : start + _CHUNK])
            for user_id, text in frames:
                self._deliver(user_id, Frame(text))
                if user_id in counts:
                    self._deliver(user_id, _counts_frame(counts[user_id]))

    def _deliver(self, user_id: int, frame: Frame) -> None:
        for socket in self._hub.by_user.get(user_id, ()):
            socket.deliver(frame)


def _told(message: Message, among: list[int]) -> Told:
    """The frames for those of `among` who were told, and their numbers. Two queries, or one when nobody was."""
    told = notifications_told(message["key"], among=among, after=message["after"], upto=message["upto"])
    counts = inbox_counts([one.user_id for one in told])
    return [(one.user_id, _added(one)) for one in told], counts


def _added(notification: Notification) -> str:
    with written_for(notification.user):
        card = notification_card(notification)
    return broadcast.encode({"type": "notification.added", "data": {"notification": card}})


def _counts_frame(counts: InboxCounts) -> Frame:
    return Frame(broadcast.encode({"type": "inbox.counts", "data": counts}))
