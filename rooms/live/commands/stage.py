"""Asking, inviting, and what is done to people on stage."""

from typing import Any

from rooms import selectors
from rooms.live.commands import command
from rooms.live.commands.acting import as_moderator, as_oneself, on_somebody
from rooms.live.consumer import Client
from rooms.live.database import in_database
from rooms.live.frames import stage as frames
from rooms.live.frames.base import SpaceData
from rooms.services import invitations, requests, stage


@command(frames.StageRequest)
async def stage_request(client: Client, data: frames.PitchData) -> dict[str, Any]:
    """Ask to speak; gives the place in the queue."""
    request = await as_oneself(client, data, requests.stage_request, **data.model_dump(exclude={"space"}))
    return {"request": await in_database(selectors.my_request_card)(request)}


@command(frames.StageRequestWithdraw)
async def stage_request_withdraw(client: Client, data: SpaceData) -> dict[str, Any]:
    """Ask no longer."""
    await as_oneself(client, data, requests.stage_request_withdraw)
    return {}


@command(frames.StageRequestAccept)
async def stage_request_accept(client: Client, data: frames.OnData) -> dict[str, Any]:
    """Put somebody who asks on stage."""
    return {"role": (await on_somebody(client, data, requests.stage_request_accept)).role}


@command(frames.StageRequestDecline)
async def stage_request_decline(client: Client, data: frames.OnData) -> dict[str, Any]:
    """Say no to somebody who asks."""
    await on_somebody(client, data, requests.stage_request_decline)
    return {}


@command(frames.StageRequestsClear)
async def stage_requests_clear(client: Client, data: SpaceData) -> dict[str, Any]:
    """Say no to all who ask."""
    await as_moderator(client, data, requests.stage_requests_clear)
    return {}


@command(frames.StageInvite)
async def stage_invite(client: Client, data: frames.InviteData) -> dict[str, Any]:
    """Invite somebody on stage; gives what they are invited to."""
    return {"role": (await on_somebody(client, data, invitations.stage_invite, role=data.role)).role}


@command(frames.StageInviteWithdraw)
async def stage_invite_withdraw(client: Client, data: frames.OnData) -> dict[str, Any]:
    """Take an invitation back."""
    await on_somebody(client, data, invitations.stage_invite_withdraw)
    return {}


@command(frames.StageInviteAccept)
async def stage_invite_accept(client: Client, data: frames.AcceptData) -> dict[str, Any]:
    """Come on stage as invited."""
    consent = data.recording_consent
    accepted = await as_oneself(client, data, invitations.stage_invite_accept, recording_consent=consent)
    return {"role": accepted.role}


@command(frames.StageInviteDecline)
async def stage_invite_decline(client: Client, data: SpaceData) -> dict[str, Any]:
    """Say no to an invitation."""
    await as_oneself(client, data, invitations.stage_invite_decline)
    return {}


@command(frames.StageStepDown)
async def stage_step_down(client: Client, data: SpaceData) -> dict[str, Any]:
    """Leave the stage and listen."""
    return {"role": (await as_oneself(client, data, stage.stage_step_down)).role}


@command(frames.StageMute)
async def stage_mute(client: Client, data: frames.OnData) -> dict[str, Any]:
    """Mute somebody on stage."""
    return {"muted": (await on_somebody(client, data, stage.stage_mute)).muted}


@command(frames.StageMuteAll)
async def stage_mute_all(client: Client, data: SpaceData) -> dict[str, Any]:
    """Mute every speaker."""
    await as_moderator(client, data, stage.stage_mute_all)
    return {}


@command(frames.StageMoveToListeners)
async def stage_move_to_listeners(client: Client, data: frames.OnData) -> dict[str, Any]:
    """Take somebody off the stage."""
    return {"role": (await on_somebody(client, data, stage.stage_move_to_listeners)).role}
