"""Records a room: a track for each stay of a speaker who has agreed, in step with the clock, safe from being killed."""

import asyncio
import errno
import logging
import time
from contextlib import suppress
from datetime import timedelta

import numpy as np
from django.utils import timezone
from livekit import rtc

from recordings.agents.agent import Agent
from recordings.errors import ClaimLost
from recordings.selectors.recordings import consented_in
from recordings.services.recording import recorder_began, recording_trouble
from recordings.services.tracks import spool_collect, spool_file, spool_is_full, track_close, track_open
from recordings.sound import SAMPLE_RATE, Samples
from recordings.sound.writing import TrackWriter
from rooms.audio.tokens import user_id_of
from rooms.live.database import in_database

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 1.0
# After a failed write nothing is tried for so long.
_REST_SECONDS = 5.0
_FRAME_MS = 20
# How long sound waits in LiveKit's buffer is known after so long, or taken to be nothing.
_KNOWN_SECONDS = 0.5
_FULL = (errno.ENOSPC, errno.EDQUOT)


async def run(agent: Agent) -> None:
    """Record until it is over."""
    await Recorder(agent).run()


class Recorder:
    """Whose track is written is looked at every second, and at once when a track comes: of those who have agreed, while there
    is room on the disk."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent
        self.takes: dict[str, Take] = {}
        self._trouble = ""
        self._failed_with = ""
        self._rests_until = 0.0
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Record until the job is over; then bring home what is open."""
        room = self.agent.room
        room.on("track_published", lambda *_: self._wake.set())
        room.on("track_subscribed", self._begin)
        room.on("track_unsubscribed", self._end)
        await self.agent.connect(subscribe=False)
        await in_database(recorder_began)(space=self.agent.space, now=timezone.now())
        await in_database(spool_collect)(now=timezone.now())
        over = asyncio.create_task(self.agent.over.wait())
        try:
            while not over.done():
                await self._look()
                wake = asyncio.create_task(self._wake.wait())
                await asyncio.wait([over, wake], timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                wake.cancel()
                self._wake.clear()
        finally:
            over.cancel()
            await asyncio.gather(*(take.end() for take in list(self.takes.values())))

    def failed(self, error: OSError) -> None:
        """A take could not write: for a while nothing is recorded, and then it is tried again."""
        logger.warning("Recording %s: %s", self.agent.space.pk, error)
        self._failed_with = "disk_full" if error.errno in _FULL else "storage"
        self._rests_until = time.monotonic() + _REST_SECONDS
        self._wake.set()

    async def _look(self) -> None:
        """Hear those who are to be recorded, and nobody else."""
        consented = await in_database(consented_in)(self.agent.space.pk)
        trouble = await self._trouble_now()
        if trouble != self._trouble:
            self._trouble = trouble
            tell = in_database(recording_trouble)
            await tell(space=self.agent.space, trouble=trouble, now=timezone.now())
        there: set[str] = set()
        for participant in self.agent.room.remote_participants.values():
            wanted = not trouble and user_id_of(participant.identity) in consented
            for publication in participant.track_publications.values():
                if publication.kind == rtc.TrackKind.KIND_AUDIO and publication.subscribed != wanted:
                    publication.set_subscribed(wanted)
                there.add(publication.sid)
        # Of a track that is gone as soon as it came no end is told.
        for sid in self.takes.keys() - there:
            self.takes[sid].stop()

    async def _trouble_now(self) -> str:
        if time.monotonic() < self._rests_until:
            return self._failed_with
        try:
            return "disk_full" if await asyncio.to_thread(spool_is_full) else ""
        except OSError as error:
            logger.warning("The spool: %s", error)
            return "storage"

    def _begin(
        self, track: rtc.Track, publication: rtc.RemoteTrackPublication, participant: rtc.RemoteParticipant
    ) -> None:
        user_id = user_id_of(participant.identity)
        if track.kind == rtc.TrackKind.KIND_AUDIO and user_id is not None and track.sid not in self.takes:
            take = self.takes[track.sid] = Take(self, track, user_id)
            take.done.add_done_callback(lambda _: self.takes.pop(track.sid, None))

    def _end(self, track: rtc.Track, *_: object) -> None:
        if take := self.takes.get(track.sid):
            take.stop()


class Take:
    """One track on its way from the room into a file; `done` ends when it is handed over.

    What comes has waited in LiveKit's buffer, each speaker's for a time of its own, which changes: that is taken off, so that
    those who spoke at the same moment are heard at the same.
    """

    def __init__(self, recorder: Recorder, track: rtc.Track, user_id: int) -> None:
        self._recorder = recorder
        self._user_id = user_id
        self._stream = rtc.AudioStream.from_track(
            track=track, sample_rate=SAMPLE_RATE, num_channels=1, frame_size_ms=_FRAME_MS
        )
        self._buffer = JitterBuffer(track)
        # What came, and when; None after the last of it.
        self._came: asyncio.Queue[tuple[Samples, float] | None] = asyncio.Queue()
        self._closing: asyncio.Task[None] | None = None
        self.done = asyncio.create_task(self._run())

    def stop(self) -> None:
        """There is no more sound to come."""
        self._closing = self._closing or asyncio.create_task(self._stream.aclose())

    async def end(self) -> None:
        """As `stop`; returns when the file is handed over, or lies in the spool for another to do that."""
        self.stop()
        with suppress(Exception):
            await self.done

    async def _run(self) -> None:
        watching = asyncio.create_task(self._buffer.watch())
        listening = asyncio.create_task(self._listen())
        try:
            await self._write()
        except ClaimLost:
            logger.info("Another recorder has taken over")
        except OSError as error:
            self._recorder.failed(error)
        except Exception:
            logger.exception("A track of %s ends early", self._user_id)
        finally:
            watching.cancel()
            self.stop()
            assert self._closing is not None
            await asyncio.gather(self._closing, listening)

    async def _write(self) -> None:
        """The file's clock begins when its first sound was said."""
        first = await self._came.get()
        if first is None:
            return
        sound, arrived = first
        await self._buffer.known()
        began = arrived - self._buffer.seconds - _FRAME_MS / 1000
        ago = timedelta(seconds=time.monotonic() - began)
        agent = self._recorder.agent
        track = await in_database(track_open)(
            space=agent.space,
            user_id=self._user_id,
            job_id=agent.job.pk,
            worker=agent.worker,
            started_at=timezone.now() - ago,
        )
        if track is None:
            return
        writer = TrackWriter(spool_file(track.pk))
        try:
            writer.write(sound, ended_at=_FRAME_MS / 1000)
            while came := await self._came.get():
                sound, arrived = came
                writer.write(sound, ended_at=arrived - self._buffer.seconds - began)
            writer.close()
        except BaseException:
            writer.abandon()
            raise
        close = in_database(track_close)
        await close(track_id=track.pk, duration_ms=writer.duration_ms, now=timezone.now())

    async def _listen(self) -> None:
        """Take what comes at once: the stream drops what it still has when it is closed."""
        try:
            async for event in self._stream:
                sound = np.frombuffer(event.frame.data, dtype=np.int16).copy()
                self._came.put_nowait((sound, time.monotonic()))
        finally:
            self._came.put_nowait(None)


class JitterBuffer:
    """LiveKit's buffer of one track, which evens out what comes unevenly: `seconds` is how long sound waits in it now."""

    def __init__(self, track: rtc.Track) -> None:
        self._track = track
        self._waited, self._given = 0.0, 0
        self._known = asyncio.Event()
        self.seconds = 0.0

    async def known(self) -> None:
        """Return when `seconds` is measured; or after a while, without it."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._known.wait(), _KNOWN_SECONDS)

    async def watch(self) -> None:
        """Measure, again and again, until cancelled."""
        while True:
            try:
                await self._measure()
            except Exception as error:
                # As it was, then; a track that is gone has no figures.
                logger.info("How long sound waits: %s", error)
            await asyncio.sleep(_LOOK_SECONDS if self._known.is_set() else _KNOWN_SECONDS / 5)

    async def _measure(self) -> None:
        for stats in await self._track.get_stats():
            inbound = stats.inbound_rtp.inbound
            given = inbound.jitter_buffer_emitted_count - self._given
            if given <= 0:
                continue
            self.seconds = (inbound.jitter_buffer_delay - self._waited) / given
            self._waited, self._given = inbound.jitter_buffer_delay, inbound.jitter_buffer_emitted_count
            self._known.set()
