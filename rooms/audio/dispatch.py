"""Sends workers (recordings.agents) into rooms, by LiveKit's explicit dispatch. As in `sfu`: never inside a transaction."""

from django.conf import settings
from livekit import api
from livekit.protocol.agent_dispatch import JobRestartPolicy

from rooms.audio import sfu


def create_dispatch(room: str, metadata: str) -> str:
    """Have LiveKit offer a job in `room` to the workers that are connected to it; `metadata` is what the job is told.

    Returns the id of the dispatch. What dies is not started again by LiveKit: that is decided here. Raises AudioUnavailable.
    """
    request = api.CreateAgentDispatchRequest(
        agent_name=settings.AGENT_NAME,
        room=room,
        metadata=metadata,
        restart_policy=JobRestartPolicy.JRP_NEVER,
    )
    return str(sfu.call("create_dispatch", lambda lk: lk.agent_dispatch.create_dispatch(request)).id)


def delete_dispatch(room: str, dispatch_id: str) -> None:
    """Take a dispatch back: its job is ended, if it runs. Raises AudioUnavailable."""
    sfu.call(
        "delete_dispatch",
        lambda lk: lk.agent_dispatch.delete_dispatch(dispatch_id, room),
        missing_is_fine=True,
    )
