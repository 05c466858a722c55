"""Calls to the LiveKit server, synchronous, each with a time-out. Never call them inside a transaction.

Every function raises AudioUnavailable when the server cannot be reached or refuses; what is already as wished is no error.
"""

import asyncio
import atexit
import contextlib
import logging
import os
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import lru_cache, partial
from http import HTTPStatus
from typing import Any

import aiohttp
from django.conf import settings
from livekit import api
from livekit.protocol.models import ParticipantInfo, ParticipantPermission, TrackSource

from spaces_project.lib import metrics

logger = logging.getLogger(__name__)

# A LiveKit room outlives its last participant by this long; the Space decides when it really ends.
EMPTY_ROOM_SECONDS = 600


class AudioUnavailable(Exception):
    """The audio server did not answer as hoped. The database stays right; reconciliation repairs the rest."""


class AudioKeyRefused(AudioUnavailable):
    """The audio server answers, and does not take our key."""


@dataclass(frozen=True)
class AudioParticipant:
    """Somebody whom LiveKit has in a room."""

    identity: str
    may_publish: bool
    hidden: bool
    is_agent: bool


def create_room(name: str) -> None:
    """Make the room; an existing one is left as it is."""
    call(
        "create_room",
        lambda lk: lk.room.create_room(
            api.CreateRoomRequest(
                name=name, empty_timeout=EMPTY_ROOM_SECONDS, departure_timeout=EMPTY_ROOM_SECONDS
            )
        ),
    )


def delete_room(name: str) -> None:
    """End the room for everybody in it."""
    call(
        "delete_room", lambda lk: lk.room.delete_room(api.DeleteRoomRequest(room=name)), missing_is_fine=True
    )


def room_names() -> set[str]:
    """Names of all rooms the server has."""
    answer = call("room_names", lambda lk: lk.room.list_rooms(api.ListRoomsRequest()))
    return {room.name for room in answer.rooms}


def answers() -> None:
    """Return when the server answers, and takes our key; nothing is read."""
    call("answers", lambda lk: lk.room.list_rooms(api.ListRoomsRequest(names=["-"])))


def participants(room: str) -> list[AudioParticipant]:
    """Everybody in the room, hidden ones too; none where there is no such room."""
    answer = call(
        "participants",
        lambda lk: lk.room.list_participants(api.ListParticipantsRequest(room=room)),
        missing_is_fine=True,
    )
    return [_participant(info) for info in answer.participants] if answer else []


def participant(room: str, identity: str) -> AudioParticipant | None:
    """One person in the room, or None."""
    answer = call(
        "participant",
        lambda lk: lk.room.get_participant(api.RoomParticipantIdentity(room=room, identity=identity)),
        missing_is_fine=True,
    )
    return _participant(answer) if answer else None


def set_rights(room: str, identity: str, *, may_publish: bool) -> None:
    """Let somebody publish their microphone, or take that right away (LiveKit then ends their track).

    Who is or was on stage is never hidden again: the others would not be told that the track ended.
    """
    permission = ParticipantPermission(
        can_subscribe=True,
        can_publish=may_publish,
        can_publish_data=False,
        # Sources override can_publish, so they are named only with it.
        can_publish_sources=[TrackSource.MICROPHONE] if may_publish else [],
        hidden=False,
    )
    request = api.UpdateParticipantRequest(room=room, identity=identity, permission=permission)
    call("set_rights", lambda lk: lk.room.update_participant(request), missing_is_fine=True)


def mute_tracks(room: str, identity: str) -> None:
    """Mute whatever somebody publishes. Their client may unmute it again: it is the server that never does."""
    who = api.RoomParticipantIdentity(room=room, identity=identity)
    info = call("mute_tracks", lambda lk: lk.room.get_participant(who), missing_is_fine=True)
    for track in info.tracks if info else ():
        if track.muted:
            continue
        request = api.MuteRoomTrackRequest(room=room, identity=identity, track_sid=track.sid, muted=True)
        call("mute_tracks", partial(_mute, request), missing_is_fine=True)


def remove(room: str, identity: str) -> None:
    """Throw somebody out of the room. Their token stays good until it expires: reconciliation watches for that."""
    call(
        "remove",
        lambda lk: lk.room.remove_participant(api.RoomParticipantIdentity(room=room, identity=identity)),
        missing_is_fine=True,
    )


def quietly(act: Callable[[], None]) -> None:
    """Do `act` after a commit; a failure is logged, and left to reconciliation."""
    if not settings.LIVEKIT_URL:
        return
    try:
        act()
    except AudioUnavailable as error:
        logger.warning("Audio server: %s (reconciliation will try again)", error)


def _mute(request: api.MuteRoomTrackRequest, lk: api.LiveKitAPI) -> Coroutine[Any, Any, Any]:
    return lk.room.mute_published_track(request)


def _participant(info: ParticipantInfo) -> AudioParticipant:
    return AudioParticipant(
        identity=info.identity,
        may_publish=info.permission.can_publish,
        hidden=info.permission.hidden,
        is_agent=info.kind == ParticipantInfo.Kind.AGENT,
    )


def call(
    name: str, request: Callable[[api.LiveKitAPI], Coroutine[Any, Any, Any]], *, missing_is_fine: bool = False
) -> Any:
    """Make a request, for the modules of this package; `name` is what it is for, in the figures of those that failed.

    Returns the answer, or None for what is missing where that is fine. Raises AudioUnavailable.
    """
    if not settings.LIVEKIT_URL:
        raise AudioUnavailable("no audio server is configured")
    try:
        return _background(os.getpid()).run(request)
    except api.TwirpError as error:
        if missing_is_fine and error.code == "not_found":
            return None
        metrics.AUDIO_FAILURES.labels(name).inc()
        kind = AudioKeyRefused if error.status == HTTPStatus.UNAUTHORIZED else AudioUnavailable
        raise kind(f"{error.code}: {error.message}") from error
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        metrics.AUDIO_FAILURES.labels(name).inc()
        raise AudioUnavailable(f"{type(error).__name__}: {error}") from error


class _Background:
    """One event loop in a thread, so that synchronous code shares one connection pool to LiveKit."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._clients: dict[tuple[str, str, str], api.LiveKitAPI] = {}
        threading.Thread(target=self._loop.run_forever, name="livekit-api", daemon=True).start()
        atexit.register(self._close)

    def run(self, request: Callable[[api.LiveKitAPI], Coroutine[Any, Any, Any]]) -> Any:
        """Run one request to its end. Raises what it raises, or TimeoutError."""
        limit = settings.LIVEKIT_TIMEOUT_SECONDS
        future = asyncio.run_coroutine_threadsafe(self._request(request), self._loop)
        try:
            return future.result(limit + 1)
        except TimeoutError:
            future.cancel()
            raise

    def _close(self) -> None:
        """Close the connections in order when the process ends."""
        closing = [client.aclose() for client in self._clients.values()]

        async def close() -> None:
            await asyncio.gather(*closing, return_exceptions=True)

        with contextlib.suppress(TimeoutError):
            asyncio.run_coroutine_threadsafe(close(), self._loop).result(1)

    async def _request(self, request: Callable[[api.LiveKitAPI], Coroutine[Any, Any, Any]]) -> Any:
        key = (settings.LIVEKIT_URL, settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET)
        if key not in self._clients:
            timeout = aiohttp.ClientTimeout(total=settings.LIVEKIT_TIMEOUT_SECONDS)
            self._clients[key] = api.LiveKitAPI(*key, timeout=timeout, failover=False)
        return await request(self._clients[key])


@lru_cache(maxsize=1)
def _background(pid: int) -> _Background:
    """The loop of this process; a forked Celery worker gets its own."""
    return _Background()
