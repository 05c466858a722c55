"""Captions over the websocket."""

from typing import Any

from recordings.errors import WatchFirst
from recordings.selectors.captions import captions_for_reader, line_card, lines_of
from recordings.services.captions import caption_remove
from rooms.live.commands import command
from rooms.live.commands.acting import as_moderator
from rooms.live.consumer import Client
from rooms.live.database import in_database
from rooms.live.frames import captions as frames
from rooms.live.frames.base import SpaceData

# What was said before one turned them on: about as much as a screen shows.
_LINES = 30


@command(frames.CaptionsShow, signed_in=False)
async def captions_show(client: Client, data: SpaceData) -> dict[str, Any]:
    """From now on what is said; gives what was said last."""
    await in_database(_may_read)(client, data)
    if not client.is_watching(data.space):
        raise WatchFirst()
    await client.hub.show_captions(client.socket, data.space)
    return {"lines": await in_database(_last_lines)(client, data)}


@command(frames.CaptionsHide, signed_in=False)
async def captions_hide(client: Client, data: SpaceData) -> dict[str, Any]:
    """No more of it."""
    await client.hub.hide_captions(client.socket, data.space)
    return {}


@command(frames.CaptionsRemove)
async def captions_remove(client: Client, data: frames.LineData) -> dict[str, Any]:
    """Take a line out."""
    await as_moderator(client, data, caption_remove, line_id=int(data.line))
    return {}


def _may_read(client: Client, data: SpaceData) -> None:
    inside = data.space in client.socket.present
    captions_for_reader(user=client.user, space_id=data.space, is_inside=inside)


def _last_lines(client: Client, data: SpaceData) -> list[dict[str, Any]]:
    inside = data.space in client.socket.present
    space = captions_for_reader(user=client.user, space_id=data.space, is_inside=inside)
    return [line_card(line) for line in reversed(lines_of(space)[:_LINES])]
