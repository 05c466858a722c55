"""Writes down what is said in a room: each speaker's track is cut into utterances, understood while they go on."""

import asyncio
import logging

from django.conf import settings
from django.utils import timezone
from livekit import rtc

from recordings.agents.agent import Agent
from recordings.agents.decoders import Decoders
from recordings.agents.utterances import Begun, Ended, Segmenter, Sound, Utterance
from recordings.engines import engine_for
from recordings.engines.base import SAMPLE_RATE, EngineInfo
from recordings.errors import ClaimLost
from recordings.selectors.captions import partial_frame, speaker_in
from recordings.services.captions import caption_add
from recordings.words import masked
from rooms.audio.tokens import user_id_of
from rooms.live.database import in_database
from spaces_project.lib import broadcast

logger = logging.getLogger(__name__)

# What a track is read in, in milliseconds: three steps of the detector of speech.
_FRAME_MS = 90
# A speaker's sound that is so much ahead of the clock, or behind it, is put right: it had paused, or is late.
_CLOCK_SECONDS = 0.5
# Guesses at a line are sent so often at most.
_GUESS_SECONDS = 0.3
# Whether anybody reads along is asked so often.
_READERS_SECONDS = 1.0
# Of AGENT_LAST_SECONDS, what understanding the last words may take.
_LAST_SHARE = 0.7


async def run(agent: Agent) -> None:
    """Write along until it is over, then bring home the lines that are not finished."""
    engine = engine_for(agent.space.language)
    assert engine is not None
    await _Captions(agent, engine).run()


class _Captions:
    """The captions of one room."""

    def __init__(self, agent: Agent, engine: EngineInfo) -> None:
        self._agent = agent
        self._engine = engine
        self._decoders = Decoders(engine, self._understood)
        self._listening: dict[str, asyncio.Task[None]] = {}
        self._guessed: dict[int, float] = {}

    async def run(self) -> None:
        """See the module."""
        room = self._agent.room
        room.on("track_subscribed", self._listen)
        room.on("track_unsubscribed", lambda track, *_: self._leave(track))
        warming = asyncio.create_task(self._decoders.warm())
        watching = asyncio.create_task(self._watch_readers())
        await self._agent.connect()
        await self._agent.over.wait()
        watching.cancel()
        try:
            # An engine that is still loading is not waited for: what was said has called for one itself.
            begun = [warming, *self._listening.values()]
            for task in begun:
                task.cancel()
            await asyncio.gather(*begun, return_exceptions=True)
            async with asyncio.timeout(_LAST_SHARE * settings.AGENT_LAST_SECONDS):
                await self._decoders.finish()
        except TimeoutError:
            logger.warning("The last words of %s are lost", self._agent.space)
        finally:
            await self._decoders.close()

    async def _watch_readers(self) -> None:
        """Without anybody who reads along, what is said is only kept: that is half the work."""
        group = broadcast.captions_group(self._agent.space.pk)
        while True:
            self._decoders.guesses = await in_database(broadcast.is_listened_to)(group)
            await asyncio.sleep(_READERS_SECONDS)

    def _listen(self, track: rtc.Track, publication: object, person: rtc.RemoteParticipant) -> None:
        """Somebody's microphone can be heard."""
        user_id = user_id_of(person.identity)
        if user_id is None or track.kind != rtc.TrackKind.KIND_AUDIO:
            return
        task = asyncio.create_task(self._hear(track, user_id))
        self._listening[track.sid] = task
        task.add_done_callback(lambda _: self._listening.pop(track.sid, None))

    def _leave(self, track: rtc.Track) -> None:
        """A microphone is gone."""
        task = self._listening.pop(track.sid, None)
        if task is not None:
            task.cancel()

    async def _hear(self, track: rtc.Track, user_id: int) -> None:
        """Take one track's sound, from its beginning to its end."""
        stream = rtc.AudioStream(track, sample_rate=SAMPLE_RATE, num_channels=1, frame_size_ms=_FRAME_MS)
        segmenter = Segmenter()
        # When this track's second 0 was, in the Space's time.
        zero_ms = self._agent.offset_ms()
        spoken: Utterance | None = None
        try:
            async for event in stream:
                now_ms = self._agent.offset_ms()
                if abs(now_ms - zero_ms - 1000 * segmenter.seconds) > 1000 * _CLOCK_SECONDS:
                    zero_ms = round(now_ms - 1000 * segmenter.seconds)
                for part in segmenter.feed(bytes(event.frame.data)):
                    match part:
                        case Begun(at):
                            spoken = await self._begun(user_id, max(0, zero_ms + round(1000 * at)))
                        case Sound(pcm) if spoken is not None:
                            spoken.add(pcm)
                        case Ended(at) if spoken is not None:
                            spoken.end(zero_ms + round(1000 * at))
                            spoken = None
        finally:
            for ended in segmenter.flush():
                if spoken is not None:
                    spoken.end(zero_ms + round(1000 * ended.at))
            await stream.aclose()

    async def _begun(self, user_id: int, at_ms: int) -> Utterance | None:
        """Somebody begins to speak; None for one who has no right to be heard."""
        speaker = await in_database(speaker_in)(space_id=self._agent.space.pk, user_id=user_id)
        if speaker is None:
            return None
        utterance = Utterance(user_id, speaker.name, self._engine.rough or speaker.masked, at_ms)
        self._decoders.take(utterance)
        return utterance

    async def _understood(self, utterance: Utterance, text: str, is_final: bool) -> None:
        if self._agent.over.is_set() and not is_final:
            return
        if is_final and text:
            await self._keep(utterance, text)
            return
        now = asyncio.get_running_loop().time()
        if not is_final and now - self._guessed.get(utterance.user_id, 0.0) < _GUESS_SECONDS:
            return
        self._guessed[utterance.user_id] = now
        shown = masked(text)[0] if utterance.masked else text
        # One without words takes back what was guessed.
        frame = partial_frame(
            self._agent.space.pk, utterance.user_id, utterance.name, utterance.starts_at_ms, shown
        )
        await broadcast.send_async(broadcast.captions_group(self._agent.space.pk), frame)

    async def _keep(self, utterance: Utterance, text: str) -> None:
        try:
            await in_database(caption_add)(
                job_id=self._agent.job.pk,
                worker=self._agent.worker,
                user_id=utterance.user_id,
                text=text,
                starts_at_ms=utterance.starts_at_ms,
                ends_at_ms=utterance.ends_at_ms or self._agent.offset_ms(),
                engine=self._engine,
                now=timezone.now(),
            )
        except ClaimLost:
            self._agent.over.set()
        except Exception:
            # The database is away: this line is lost, the next one may not be.
            logger.exception("A line of %s could not be kept", self._agent.space)
