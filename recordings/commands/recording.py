"""The recording over the websocket."""

from typing import Any

from recordings.selectors.recordings import recording_card
from recordings.services import consent, recording
from rooms.live.commands import command
from rooms.live.commands.acting import as_moderator, as_oneself
from rooms.live.consumer import Client
from rooms.live.database import in_database
from rooms.live.frames import recording as frames
from rooms.live.frames.base import SpaceData


@command(frames.RecordingStart)
async def recording_start(client: Client, data: SpaceData) -> dict[str, Any]:
    """Record from now on; gives the sign."""
    started = await as_moderator(client, data, recording.recording_start)
    return {"recording": await in_database(recording_card)(started.space)}


@command(frames.RecordingStop)
async def recording_stop(client: Client, data: SpaceData) -> dict[str, Any]:
    """Record no more, for now."""
    await as_moderator(client, data, recording.recording_stop)
    return {}


@command(frames.RecordingConsent)
async def recording_consent(client: Client, data: SpaceData) -> dict[str, Any]:
    """Let oneself be recorded."""
    await as_oneself(client, data, consent.recording_consent)
    return {}
