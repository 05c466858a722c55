"""What host and co-hosts do to the Space itself, and who gets out of it."""

from typing import Any

from rooms import selectors
from rooms.live.commands import command
from rooms.live.commands.acting import as_moderator, on_somebody
from rooms.live.consumer import Client
from rooms.live.database import in_database
from rooms.live.frames import stage as frames
from rooms.live.frames.base import SpaceData
from rooms.services import control, lifecycle


@command(frames.SpaceRemove)
async def space_remove(client: Client, data: frames.OnData) -> dict[str, Any]:
    """Throw somebody out for good."""
    await on_somebody(client, data, control.space_remove)
    return {}


@command(frames.SpaceLock)
async def space_lock(client: Client, data: frames.LockData) -> dict[str, Any]:
    """Let nobody new in, or let people in again."""
    return {"locked": (await as_moderator(client, data, control.space_lock, locked=data.locked)).is_locked}


@command(frames.SpaceEdit)
async def space_edit(client: Client, data: frames.EditData) -> dict[str, Any]:
    """Change the Space; gives all that can be changed, as it is now."""
    changes = data.model_dump(exclude={"space"})
    space = await as_moderator(client, data, control.space_edit, **changes)
    return await in_database(selectors.edited_card)(space)


@command(frames.SpacePin)
async def space_pin(client: Client, data: frames.PinData) -> dict[str, Any]:
    """Keep a link or a few words in sight."""
    pin = await as_moderator(client, data, control.space_pin, url=data.url, title=data.title)
    return {"pin": selectors.pin_card(pin)}


@command(frames.SpaceUnpin)
async def space_unpin(client: Client, data: frames.UnpinData) -> dict[str, Any]:
    """Take a pin down."""
    await as_moderator(client, data, control.space_unpin, pin_id=int(data.pin))
    return {}


@command(frames.SpaceHandOver)
async def space_hand_over(client: Client, data: frames.OnData) -> dict[str, Any]:
    """Make somebody on stage the host."""
    await on_somebody(client, data, control.space_hand_over)
    return {}


@command(frames.SpaceEnd)
async def space_end(client: Client, data: SpaceData) -> dict[str, Any]:
    """End the Space for everybody."""
    await as_moderator(client, data, lifecycle.space_end)
    return {}
