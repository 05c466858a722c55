"""The person's own sound."""

from typing import Any

from django.utils import timezone

from rooms import selectors
from rooms.live.commands import command
from rooms.live.consumer import Client
from rooms.live.database import in_database
from rooms.live.protocol import AudioConnected, ConnectionData, MicData, MicSet
from rooms.services import audio, stage


@command(AudioConnected)
async def audio_connected(client: Client, data: ConnectionData) -> dict[str, Any]:
    """The client has connected to LiveKit; gives it the rights of its role there."""
    return {"may_publish": await in_database(_audio_connected)(client, data)}


@command(MicSet)
async def mic_set(client: Client, data: MicData) -> dict[str, Any]:
    """Mute or unmute oneself."""
    return {"muted": await in_database(_mic_set)(client, data)}


def _audio_connected(client: Client, data: ConnectionData) -> bool:
    space = selectors.space_for_viewer(user=client.user, space_id=data.space)
    return audio.audio_connected(space=space, user=client.signed_in, connection=data.connection)


def _mic_set(client: Client, data: MicData) -> bool:
    space = selectors.space_for_viewer(user=client.user, space_id=data.space)
    return stage.mic_set(space=space, user=client.signed_in, muted=data.muted, now=timezone.now()).muted
