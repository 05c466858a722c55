"""The sound of a Space for a Python program: LiveKit's own SDK, as an app would use it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import numpy as np
from livekit import rtc

from rooms.demo.speech import SAMPLE_RATE, Samples

CONNECT_SECONDS = 10.0
PUBLISH_SECONDS = 10.0
_FRAME = SAMPLE_RATE // 50  # 20 ms, what Opus sends
_LOUD = 500


class NoSound(Exception):
    """LiveKit let us not in, or not publish."""


class Microphone:
    """A published track that says what it is given, in real time."""

    def __init__(self, source: rtc.AudioSource, track: rtc.LocalAudioTrack) -> None:
        self._source = source
        self.track = track

    async def say(self, sound: Samples) -> None:
        """Speak `sound`; returns about when its end has been sent."""
        for start in range(0, len(sound), _FRAME):
            part = sound[start : start + _FRAME]
            await self._source.capture_frame(rtc.AudioFrame(part.tobytes(), SAMPLE_RATE, 1, len(part)))
        await self._source.wait_for_playout()

    async def close(self) -> None:
        """Give the source back."""
        await self._source.aclose()


class SoundRoom:
    """A connection to a LiveKit room. It keeps what it hears and whom it was ever told of.

    `announced` are their identities; `tracks` is how many we hear now.
    """

    def __init__(self) -> None:
        self._room: rtc.Room = rtc.Room()
        self._ears: list[asyncio.Task[None]] = []
        self._heard: list[Samples] = []
        self.announced: set[str] = set()
        self.tracks = 0
        self.disconnected = asyncio.Event()
        self._room.on("participant_connected", lambda person: self.announced.add(person.identity))
        self._room.on("disconnected", lambda reason: self.disconnected.set())
        self._room.on("track_subscribed", self._listen_to)
        self._room.on("track_unsubscribed", self._forget_track)

    async def connect(self, url: str, token: str) -> None:
        """Enter. Raises NoSound when LiveKit refuses or does not answer."""
        options = rtc.RoomOptions(connect_timeout=CONNECT_SECONDS)
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                await self._room.connect(url, token, options)
        except (rtc.ConnectError, TimeoutError) as error:
            raise NoSound(str(error) or "no answer") from error
        self.announced |= set(self._room.remote_participants)

    async def publish(self, timeout: float = PUBLISH_SECONDS) -> Microphone:
        """Open a microphone. Raises NoSound when we have no right to."""
        source = rtc.AudioSource(SAMPLE_RATE, 1)
        track = rtc.LocalAudioTrack.create_audio_track("microphone", source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
        try:
            async with asyncio.timeout(timeout):
                await self._room.local_participant.publish_track(track, options)
        except (rtc.participant.PublishTrackError, TimeoutError) as error:
            await source.aclose()
            raise NoSound(str(error) or "no answer") from error
        return Microphone(source, track)

    @property
    def speakers(self) -> set[str]:
        """Identities of the others in the room whom we are shown."""
        return set(self._room.remote_participants)

    @property
    def may_publish(self) -> bool:
        """Whether LiveKit has told us that we may."""
        return bool(self._room.local_participant.permissions.can_publish)

    def heard(self) -> Samples:
        """Everything heard so far, or since `forget`."""
        return np.concatenate([np.zeros(0, np.int16), *self._heard])

    def forget(self) -> None:
        """Start to listen anew."""
        self._heard.clear()

    async def hear_something(self, timeout: float) -> None:
        """Return once there is sound that is not silence. Raises TimeoutError."""
        self.forget()
        await until(lambda: bool(np.any(np.abs(self.heard()) > _LOUD)), timeout)

    async def hear(self, seconds: float, *, timeout: float) -> Samples:
        """Return the next `seconds` of sound. Raises TimeoutError when they do not come within `timeout`."""
        self.forget()
        await until(lambda: len(self.heard()) >= seconds * SAMPLE_RATE, timeout)
        return self.heard()[: round(seconds * SAMPLE_RATE)]

    async def close(self) -> None:
        """Leave."""
        for ear in self._ears:
            ear.cancel()
        await asyncio.gather(*self._ears, return_exceptions=True)
        await self._room.disconnect()

    def _listen_to(self, track: Any, *rest: Any) -> None:
        if track.kind == rtc.TrackKind.KIND_AUDIO:
            self.tracks += 1
            self._ears.append(asyncio.create_task(self._keep(track)))

    def _forget_track(self, track: Any, *rest: Any) -> None:
        if track.kind == rtc.TrackKind.KIND_AUDIO:
            self.tracks -= 1

    async def _keep(self, track: rtc.RemoteAudioTrack) -> None:
        stream = rtc.AudioStream(track, sample_rate=SAMPLE_RATE, num_channels=1)
        try:
            async for event in stream:
                self._heard.append(np.frombuffer(event.frame.data, dtype=np.int16).copy())
        finally:
            await stream.aclose()


@contextlib.asynccontextmanager
async def sound_room(url: str, token: str) -> AsyncIterator[SoundRoom]:
    """A connection to a LiveKit room for as long as the block runs. Raises NoSound."""
    room = SoundRoom()
    try:
        await room.connect(url, token)
        yield room
    finally:
        await room.close()


async def until(ready: Callable[[], bool], timeout: float) -> None:
    """Return when `ready()` is true. Raises TimeoutError."""
    async with asyncio.timeout(timeout):
        while not ready():
            await asyncio.sleep(0.02)
