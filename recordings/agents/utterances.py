"""Cuts one speaker's sound into utterances: from the first word to a pause."""

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from pocketsphinx import Endpointer

from recordings.engines.base import BYTES_PER_SECOND, SAMPLE_RATE

# Somebody speaks when most of so much sound is speech, and no more when most of it is not.
_WINDOW_SECONDS = 0.3
_RATIO = 0.9
# How sure the detector has to be, from 0 to 3. At 2 it passes over keyboards and breath.
_STRICTNESS = 2
# So much before that is listened to as well.
_BEFORE_SECONDS = 0.3
# An utterance ends with a pause of so much beyond the window; one that is long already, with any pause; and at last without.
PAUSE_SECONDS = 0.3
LONG_SECONDS = 7.0
MAX_SECONDS = 12.0


class Begun(NamedTuple):
    """Somebody has begun to speak, at so many seconds of their sound."""

    at: float


class Sound(NamedTuple):
    """A piece of what they say, and of the quiet just before and after it."""

    pcm: bytes


class Ended(NamedTuple):
    """They have paused, at so many seconds of their sound."""

    at: float


class Segmenter:
    """Takes sound as it comes and says what of it is speech, and where an utterance begins and ends."""

    def __init__(self) -> None:
        self._detector = Endpointer(
            window=_WINDOW_SECONDS, ratio=_RATIO, vad_mode=_STRICTNESS, sample_rate=SAMPLE_RATE
        )
        self._step: int = self._detector.frame_bytes
        # What came last, while nobody speaks: the first sound of a word is often too quiet to be taken for one.
        frames = round((_WINDOW_SECONDS + _BEFORE_SECONDS) / self._detector.frame_length)
        self._last: deque[bytes] = deque(maxlen=frames)
        self._rest = b""
        self._taken = 0
        self._began: float | None = None
        # Where speech ended, while it is not yet sure that it was a pause.
        self._stopped: float | None = None
        self._cut = 0.0

    @property
    def seconds(self) -> float:
        """How much sound was taken."""
        return (self._taken + len(self._rest)) / BYTES_PER_SECOND

    def feed(self, pcm: bytes) -> Iterator[Begun | Sound | Ended]:
        """What the next piece of sound, of any length, brings."""
        sound = self._rest + pcm
        whole = len(sound) - len(sound) % self._step
        self._rest = sound[whole:]
        for start in range(0, whole, self._step):
            yield from self._one(sound[start : start + self._step])

    def flush(self) -> Iterator[Ended]:
        """The sound is over."""
        if self._began is not None:
            yield self._end(self._stopped if self._stopped is not None else self.seconds)

    def _one(self, frame: bytes) -> Iterator[Begun | Sound | Ended]:
        is_speech = self._detector.process(frame) is not None
        self._taken += len(frame)
        if is_speech:
            self._stopped = None if self._detector.in_speech else float(self._detector.speech_end)
        if self._began is None:
            self._last.append(frame)
            if not is_speech:
                return
            # One that was cut off goes on where the cut was.
            self._began = max(float(self._detector.speech_start), self._cut)
            yield Begun(self._began)
            yield Sound(b"".join(self._last))
            self._last.clear()
        else:
            yield Sound(frame)
        length = self.seconds - self._began
        if self._stopped is not None:
            if length > LONG_SECONDS or self.seconds - self._stopped > PAUSE_SECONDS:
                yield self._end(self._stopped)
        elif length > MAX_SECONDS:
            yield self._end(self.seconds)

    def _end(self, at: float) -> Ended:
        began, self._began, self._stopped = self._began, None, None
        assert began is not None
        self._cut = max(at, began)
        return Ended(self._cut)


@dataclass(eq=False)
class Utterance:
    """What one speaker says between two pauses; it is understood while it still goes on.

    Offsets are milliseconds since the Space's start; `ends_at_ms` is None until it has ended.
    """

    user_id: int
    name: str
    masked: bool
    starts_at_ms: int
    ends_at_ms: int | None = None
    dropped: bool = False
    _sound: bytearray = field(default_factory=bytearray)
    _read: int = 0
    _more: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def waiting_seconds(self) -> float:
        """How much of it no engine has heard yet."""
        return (len(self._sound) - self._read) / BYTES_PER_SECOND

    def add(self, pcm: bytes) -> None:
        """It goes on."""
        self._sound += pcm
        self._more.set()

    def end(self, at_ms: int) -> None:
        """It is over."""
        self.ends_at_ms = max(at_ms, self.starts_at_ms)
        self._more.set()

    def rewind(self) -> None:
        """Give it out from its beginning again: an engine has died with it."""
        self._read = 0
        self._more.set()

    async def next(self, seconds: float) -> bytes:
        """Up to so much more of it, as soon as there is some; nothing when it is over."""
        while self._read == len(self._sound):
            if self.ends_at_ms is not None:
                return b""
            self._more.clear()
            await self._more.wait()
        piece = bytes(self._sound[self._read : self._read + round(seconds * BYTES_PER_SECOND)])
        self._read += len(piece)
        return piece
