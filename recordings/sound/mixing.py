"""Tracks laid over each other in step, as one MP3, with the peaks that a waveform is drawn from.

MP3 at a constant rate: every browser and every podcast player plays it, and finds a moment in it by its place in the file,
so that a transcript stays in step. 64 kbit/s mono is about 29 MB an hour.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import av
import numpy as np

from recordings.sound import SAMPLE_RATE, SAMPLES_PER_MS
from recordings.sound.reading import Sound, TrackReader
from recordings.sound.timeline import Timeline

MIX_TYPE = "audio/mpeg"
PEAKS = 1_000
_BIT_RATE = 64_000
_BLOCK = 5 * SAMPLE_RATE
# Below this a sum of voices stays as it is; above, it is bent so that it never clips.
_KNEE = 0.8
# A peak stands for at least so much sound.
_PEAK_SAMPLES = 50 * SAMPLES_PER_MS


@dataclass(slots=True)
class MixTrack:
    """A track, and when it begins and ends in the Space's time. `open` gives its file, which the mix closes."""

    starts_at_ms: int
    duration_ms: int
    open: Callable[[], IO[bytes]]


@dataclass(frozen=True, slots=True)
class Mixed:
    """How long the mix is, and its peaks from 0 to 100, up to `PEAKS`, evenly over it."""

    duration_ms: int
    peaks: list[int]


def mix(
    *,
    tracks: Iterable[MixTrack],
    timeline: Timeline,
    out: Path,
    title: str = "",
    progress: Callable[[int], None] = lambda percent: None,
) -> Mixed:
    """Write the mix of `tracks`, as far as `timeline` has them, to `out` (MP3).

    `progress` is called every few seconds of sound with percent from 0 to 99; what it raises stops the mix. Memory does not
    grow with the length. Raises OSError when it cannot be written.
    """
    total = timeline.duration_ms * SAMPLES_PER_MS
    peaks = _Peaks(total)
    with av.open(str(out), "w", format="mp3") as container:
        container.metadata["title"] = title
        stream = container.add_stream("libmp3lame", rate=SAMPLE_RATE, layout="mono")
        stream.bit_rate = _BIT_RATE
        done = 0
        for block in _blocks(sorted(tracks, key=lambda track: track.starts_at_ms), timeline):
            progress(min(99, 100 * done // max(1, total)))
            sound = _bent(block)
            peaks.add(sound)
            frame = av.AudioFrame.from_ndarray(sound[None, :], format="fltp", layout="mono")
            frame.sample_rate, frame.pts = SAMPLE_RATE, done
            done += len(sound)
            for packet in stream.encode(frame):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return Mixed(duration_ms=timeline.duration_ms, peaks=peaks.values())


def _blocks(tracks: list[MixTrack], timeline: Timeline) -> Iterator[Sound]:
    """The sum of the tracks, stretch by stretch. A track's file is open for as long as it sounds, and no longer."""
    waiting = iter(tracks)
    following = next(waiting, None)
    with ExitStack() as files:
        sounding: list[_Sounding] = []
        for stretch in timeline:
            at, end = stretch.starts_at_ms * SAMPLES_PER_MS, stretch.ends_at_ms * SAMPLES_PER_MS
            while at < end:
                count = min(_BLOCK, end - at)
                while following is not None and following.starts_at_ms * SAMPLES_PER_MS < at + count:
                    if (following.starts_at_ms + following.duration_ms) * SAMPLES_PER_MS > at:
                        sounding.append(_Sounding(following, files))
                    following = next(waiting, None)
                block = np.zeros(count, np.float32)
                for one in sounding:
                    one.add_to(block, at)
                for one in [one for one in sounding if one.ends_at <= at + count]:
                    one.close()
                    sounding.remove(one)
                yield block
                at += count


class _Sounding:
    """A track whose file is open."""

    def __init__(self, track: MixTrack, files: ExitStack) -> None:
        self.starts_at = track.starts_at_ms * SAMPLES_PER_MS
        self.ends_at = self.starts_at + track.duration_ms * SAMPLES_PER_MS
        self._file = files.enter_context(track.open())
        self._reader = TrackReader(self._file)

    def add_to(self, block: Sound, at: int) -> None:
        """Add what of the track lies in the block that begins at sample `at` of the Space."""
        begin, end = max(at, self.starts_at), min(at + len(block), self.ends_at)
        if begin < end:
            block[begin - at : end - at] += self._reader.read(begin - self.starts_at, end - begin)

    def close(self) -> None:
        """Give the file back."""
        self._file.close()


def _bent(sound: Sound) -> Sound:
    """`sound` within -1 and 1: as it is, but for what is louder than the knee."""
    loud = np.abs(sound) > _KNEE
    if loud.any():
        over = np.abs(sound[loud]) - _KNEE
        sound[loud] = np.sign(sound[loud]) * (_KNEE + (1 - _KNEE) * np.tanh(over / (1 - _KNEE)))
    return sound


class _Peaks:
    """The loudest of each of up to `PEAKS` equal pieces of `total` samples."""

    def __init__(self, total: int) -> None:
        self._count = max(1, min(PEAKS, total // _PEAK_SAMPLES)) if total else 0
        self._total = total
        self._at = 0
        self._loudest = np.zeros(self._count, np.float32)

    def add(self, sound: Sound) -> None:
        """Take what follows."""
        pieces = (self._at + np.arange(len(sound), dtype=np.int64)) * self._count // self._total
        starts = np.flatnonzero(np.diff(pieces, prepend=-1))
        loudest = np.maximum.reduceat(np.abs(sound), starts)
        np.maximum.at(self._loudest, pieces[starts], loudest)
        self._at += len(sound)

    def values(self) -> list[int]:
        """The peaks from 0 to 100, the loudest being 100; all 0 where nothing was heard."""
        loudest = float(self._loudest.max(initial=0.0))
        if loudest < 0.001:
            return [0] * self._count
        return [int(value) for value in np.rint(100 * self._loudest / loudest)]
