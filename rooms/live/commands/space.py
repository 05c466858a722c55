"""Watching a Space and being in it."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from rooms import selectors
from rooms.live.commands import command
from rooms.live.consumer import Client
from rooms.live.database import in_database
from rooms.live.protocol import ConnectionData, SpaceData, SpaceLeave, SpacePresent, SpaceUnwatch, SpaceWatch
from rooms.services import joining
from spaces_project.lib.errors import Conflict


class WatchingTooMany(Conflict):
    """A client looks at one Space, perhaps two; thousands are an attack on the ticks."""

    code = "space.watching_too_many"
    message = _("You are watching too many Spaces at once.")


WATCHED_MAX = 20


@command(SpaceWatch, signed_in=False)
async def space_watch(client: Client, data: SpaceData) -> dict[str, Any]:
    """The snapshot, as a frame before all events after it, and in the reply. Watching again gives a new one."""
    if not client.is_watching(data.space) and client.watched >= WATCHED_MAX:
        raise WatchingTooMany()

    async def read() -> dict[str, Any]:
        return await in_database(_snapshot)(client, data.space)

    # First whether they may: the group of a Space that does not exist is not to be joined.
    await in_database(selectors.space_for_viewer)(user=client.user, space_id=data.space)
    snapshot = await client.hub.watch(client.socket, data.space, read)
    space_id = str(data.space)
    client.send({"type": "space.snapshot", "space": space_id, "seq": snapshot["seq"], "data": snapshot})
    client.hub.watching(client.socket, data.space)
    return {"snapshot": snapshot}


@command(SpaceUnwatch, signed_in=False)
async def space_unwatch(client: Client, data: SpaceData) -> dict[str, Any]:
    """No more events; the person is no longer kept present by this socket."""
    await client.hub.unwatch(client.socket, data.space)
    return {}


@command(SpacePresent)
async def space_present(client: Client, data: ConnectionData) -> dict[str, Any]:
    """From now on this socket keeps the person present, until it closes."""
    await in_database(_present)(client, data)
    client.hub.counts.present(client.socket, data.space, data.connection)
    return {}


@command(SpaceLeave)
async def space_leave(client: Client, data: SpaceData) -> dict[str, Any]:
    """The person leaves; from a device that another one has superseded, nobody leaves."""
    connection = client.socket.present.get(data.space, "")
    client.hub.counts.absent(client.socket, data.space)
    await in_database(_leave)(client, data.space, connection)
    return {}


def _snapshot(client: Client, space_id: UUID) -> dict[str, Any]:
    return selectors.snapshot(
        space=selectors.space_for_viewer(user=client.user, space_id=space_id), user=client.user
    )


def _present(client: Client, data: ConnectionData) -> None:
    space = selectors.space_for_viewer(user=client.user, space_id=data.space)
    joining.space_present(space=space, user=client.signed_in, connection=data.connection, now=timezone.now())


def _leave(client: Client, space_id: UUID, connection: str) -> None:
    space = selectors.space_for_viewer(user=client.user, space_id=space_id)
    joining.space_leave(space=space, user=client.signed_in, connection=connection, now=timezone.now())
