"""How many listen, and what they tap: keeps this process's people present, and tells the sockets of a Space when their
number has changed or somebody has reacted.

A round goes every `SOCKET_TICK_SECONDS`, in one call to Redis for all Spaces that somebody here is watching. Once a second it
also reads, in two queries for all of them, who is on stage (they are no listeners) and the newest seq: one that is
newer than what has passed here for longer than that means that an event was lost, and the tick says so.
"""

import asyncio
import logging
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from rooms import presence, reactions
from rooms.live.database import in_database
from rooms.live.groups import Group
from rooms.live.socket import Socket
from rooms.live.wire import Frame
from rooms.models import STAGE_ROLES, Participation, Space
from spaces_project.lib import broadcast

if TYPE_CHECKING:
    from rooms.live.hub import Hub

logger = logging.getLogger(__name__)

_DATABASE_SECONDS = 1.0


@dataclass(frozen=True)
class Known:
    """What the database says of a Space: the newest seq, who is on stage (user ids), whether guests may listen, and how many
    have asked to be reminded (None but for a scheduled one)."""

    seq: int
    stage: frozenset[int]
    guests_allowed: bool
    waiting: int | None = None


class Counts:
    """The part of the hub that deals with presence and ticks."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._known: dict[UUID, Known] = {}
        self._told: dict[UUID, int] = {}
        self._told_waiting: dict[UUID, int] = {}
        self._tapped: dict[UUID, reactions.Totals] = {}
        self._listening: set[Socket] = set()
        self._read_at = 0.0
        self._touched_at = 0.0

    def present(self, socket: Socket, space_id: UUID, connection: str) -> None:
        """This socket is where its user is in the Space, by this join; or a guest, as this member of presence."""
        socket.present[space_id] = connection
        socket.superseded.discard(space_id)
        self._listening.add(socket)

    def absent(self, socket: Socket, space_id: UUID | None = None) -> None:
        """This socket no longer says that its user is in the Space (None: in any Space)."""
        if space_id is None:
            socket.present.clear()
            socket.superseded.clear()
        else:
            socket.present.pop(space_id, None)
            socket.superseded.discard(space_id)
        if not socket.present:
            self._listening.discard(socket)

    def superseded(self, group: Group, frame: dict[str, Any]) -> None:
        """A newer join counts now: sockets of the same person that stand for an older one do so no longer."""
        space_id = UUID(frame["space"])
        for socket in group.sockets:
            if socket.present.get(space_id) not in (None, frame["data"]["connection"]):
                # The connection is kept: should this socket leave, it is for that one alone.
                socket.superseded.add(space_id)

    def ended(self, group: Group, frame: dict[str, Any]) -> None:
        """Nobody is in a Space that is over."""
        for socket in group.sockets:
            self.absent(socket, UUID(frame["space"]))

    def stage_changed(self, group: Group, frame: dict[str, Any]) -> None:
        """Who is on stage is to be read again in the next round."""
        self._read_at = 0.0

    def touch_again(self) -> None:
        """Redis may have forgotten who is present: say it in the next round."""
        self._touched_at = 0.0

    async def run(self) -> None:
        """Do rounds until cancelled. One that fails (no Redis, no database) is logged, and the next one is tried."""
        self._read_at = self._touched_at = 0.0
        while True:
            await asyncio.sleep(settings.SOCKET_TICK_SECONDS)
            try:
                await self._touch()
                await self._tick()
            except Exception as error:
                logger.warning("Could not count: %s", error)

    async def _touch(self) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._touched_at < settings.SPACES_PRESENCE_SECONDS / 3:
            return
        self._touched_at = now
        people: dict[str, set[presence.Member]] = {}
        for socket in self._listening:
            for space_id in socket.present.keys() - socket.superseded:
                member = socket.present[space_id] if socket.user_id is None else socket.user_id
                people.setdefault(str(space_id), set()).add(member)
        if people:
            await in_database(presence.touch_many)(people, timezone.now())

    async def _tick(self) -> None:
        groups = self._hub.space_groups()
        for gone in self._told.keys() - groups.keys():
            self._told.pop(gone)
            self._known.pop(gone, None)
            self._tapped.pop(gone, None)
            self._told_waiting.pop(gone, None)
        if not groups:
            return
        before = self._known
        await self._read(list(groups))
        stages = {space_id: self._known[space_id].stage for space_id in groups if space_id in self._known}
        self._tell_waiting(groups)
        counts = await in_database(presence.count)(stages)
        tapped = await self._taps(list(counts))
        for space_id, listeners in counts.items():
            group = groups[space_id]
            lost = space_id in before and before is not self._known and before[space_id].seq > group.seq
            if lost:
                group.seq = before[space_id].seq
            taps = tapped[space_id]
            if lost or taps or self._told.get(space_id) != listeners:
                self._told[space_id] = listeners
                data: dict[str, Any] = {"listeners": listeners, "seq": group.seq}
                if taps:
                    data["reactions"] = taps
                group.deliver(
                    Frame(broadcast.encode({"type": "space.tick", "space": str(space_id), "data": data}))
                )

    def _tell_waiting(self, groups: dict[UUID, Group]) -> None:
        """How many wait for a scheduled Space: no frame a tap, but one when another number is read."""
        for space_id, group in groups.items():
            known = self._known.get(space_id)
            if known is None or known.waiting is None or self._told_waiting.get(space_id) == known.waiting:
                continue
            self._told_waiting[space_id] = known.waiting
            frame = {"type": "space.waiting", "space": str(space_id), "data": {"count": known.waiting}}
            group.deliver(Frame(broadcast.encode(frame)))

    async def _taps(self, space_ids: list[UUID]) -> dict[UUID, dict[str, int]]:
        """What was tapped in these Spaces since the last look; in the first one nothing, whatever there was before."""
        before = self._tapped
        totals = await in_database(reactions.totals)(space_ids)
        self._tapped = {**totals}
        return {
            space_id: reactions.since(before.get(space_id, after), after)
            for space_id, after in totals.items()
        }

    async def _read(self, space_ids: Collection[UUID]) -> None:
        now = asyncio.get_running_loop().time()
        if now - self._read_at < _DATABASE_SECONDS and all(space_id in self._known for space_id in space_ids):
            return
        self._read_at = now
        self._known = await in_database(read)(space_ids)
        for socket in [socket for socket in self._listening if socket.user_id is None]:
            for space_id in list(socket.present):
                if space_id in self._known and not self._known[space_id].guests_allowed:
                    self.absent(socket, space_id)


def read(space_ids: Collection[UUID]) -> dict[UUID, Known]:
    """What the database says of these Spaces, in two queries."""
    spaces = Space.objects.filter(pk__in=space_ids).values_list(
        "pk", "seq", "guests_allowed", "state", "reminder_count"
    )
    stages: dict[UUID, set[int]] = {}
    on_stage = Participation.objects.filter(
        space__in=space_ids, role__in=STAGE_ROLES, removed_at__isnull=True
    )
    for space_id, user_id in on_stage.values_list("space_id", "user_id"):
        stages.setdefault(space_id, set()).add(user_id)
    return {
        space_id: Known(
            seq,
            frozenset(stages.get(space_id, ())),
            guests_allowed,
            waiting if state == Space.State.SCHEDULED else None,
        )
        for space_id, seq, guests_allowed, state, waiting in spaces
    }
