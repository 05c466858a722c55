"""Beside the stage: writing, reacting, and listening as a guest."""

from typing import Any

from django.utils import timezone

from rooms import selectors
from rooms.live.commands import command
from rooms.live.commands.acting import as_moderator
from rooms.live.consumer import Client
from rooms.live.database import in_database
from rooms.live.frames.messages import (
    DeleteData,
    GuestData,
    GuestLeave,
    GuestPresent,
    MessageApprove,
    MessageDecline,
    MessageDelete,
    MessagePost,
    PostData,
    ReactData,
    SpaceReact,
)
from rooms.services import guests, messages, reactions


@command(MessagePost)
async def message_post(client: Client, data: PostData) -> dict[str, Any]:
    """Write in the room; the message comes as `message.posted`, too."""
    return {"id": await in_database(_post)(client, data)}


@command(MessageDelete)
async def message_delete(client: Client, data: DeleteData) -> dict[str, Any]:
    """Delete a message."""
    await in_database(_delete)(client, data)
    return {}


@command(MessageApprove)
async def message_approve(client: Client, data: DeleteData) -> dict[str, Any]:
    """Let a held message through; it comes as `message.posted`, too."""
    await as_moderator(client, data, messages.message_approve, message_id=int(data.message))
    return {}


@command(MessageDecline)
async def message_decline(client: Client, data: DeleteData) -> dict[str, Any]:
    """Turn a held message down."""
    await as_moderator(client, data, messages.message_decline, message_id=int(data.message))
    return {}


@command(SpaceReact)
async def space_react(client: Client, data: ReactData) -> dict[str, Any]:
    """Tap; it comes back summed in `space.tick`."""
    await in_database(_react)(client, data)
    return {}


@command(GuestPresent, signed_in=False)
async def guest_present(client: Client, data: GuestData) -> dict[str, Any]:
    """From now on this socket keeps the guest present, until it closes."""
    member = await in_database(_guest_present)(client, data)
    client.hub.counts.present(client.socket, data.space, member)
    return {}


@command(GuestLeave, signed_in=False)
async def guest_leave(client: Client, data: GuestData) -> dict[str, Any]:
    """The guest leaves."""
    await in_database(_guest_leave)(client, data)
    client.hub.counts.absent(client.socket, data.space)
    return {}


def _post(client: Client, data: PostData) -> str:
    space = selectors.space_for_viewer(user=client.user, space_id=data.space)
    message = messages.message_post(space=space, author=client.signed_in, text=data.text, now=timezone.now())
    return str(message.pk)


def _delete(client: Client, data: DeleteData) -> None:
    space = selectors.space_for_viewer(user=client.user, space_id=data.space)
    messages.message_delete(
        space=space, by=client.signed_in, message_id=int(data.message), now=timezone.now()
    )


def _react(client: Client, data: ReactData) -> None:
    space = selectors.space_for_viewer(user=client.user, space_id=data.space)
    reactions.space_react(space=space, user=client.signed_in, kind=data.kind, now=timezone.now())


def _guest_present(client: Client, data: GuestData) -> str:
    space = selectors.space_for_viewer(user=client.user, space_id=data.space)
    return guests.guest_present(space=space, user=client.user, token=data.token, now=timezone.now())


def _guest_leave(client: Client, data: GuestData) -> None:
    space = selectors.space_for_viewer(user=client.user, space_id=data.space)
    guests.guest_leave(space=space, token=data.token, now=timezone.now())
