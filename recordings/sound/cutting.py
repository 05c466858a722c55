"""Short pieces out of long files, without reading what comes before them."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import av
import av.error
import numpy as np
import numpy.typing as npt

from recordings.sound import SAMPLE_RATE, SAMPLES_PER_MS

logger = logging.getLogger(__name__)

Sound = npt.NDArray[np.float32]

_BIT_RATE = 96_000
_PEAKS = 200
# Opus needs what comes before a moment to decode it rightly (RFC 7845, 4.6); an MP3 frame may use bits of those before it.
_BEFORE_MS = 100


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a file: `count_ms` from `from_ms` of it on, heard from `at_ms` of the clip on."""

    file: IO[bytes]
    from_ms: int
    count_ms: int
    at_ms: int


def laid_together(pieces: Iterable[Piece], *, duration_ms: int) -> Sound:
    """The sum of these pieces, as floats from -1 to 1; silence where there are none."""
    sound = np.zeros(duration_ms * SAMPLES_PER_MS, np.float32)
    for piece in pieces:
        at = piece.at_ms * SAMPLES_PER_MS
        part = sound_of(piece.file, piece.from_ms, piece.count_ms)[: len(sound) - at]
        sound[at : at + len(part)] += part
    return np.clip(sound, -1.0, 1.0)


def sound_of(file: IO[bytes], from_ms: int, count_ms: int) -> Sound:
    """`count_ms` of a file from `from_ms` on, or what there is of it. A file that is still written, or broken, ends where it
    ends."""
    wanted = count_ms * SAMPLES_PER_MS
    sound = np.zeros(wanted, np.float32)
    try:
        with av.open(file, "r") as container:
            stream = container.streams.audio[0]
            container.seek(max(0, from_ms - _BEFORE_MS) * 1000)
            resampler = av.AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE)
            at: int | None = None
            for frame in container.decode(stream):
                if at is None:
                    at = _samples_at(frame) - from_ms * SAMPLES_PER_MS
                for ready in resampler.resample(frame):
                    at = _put(sound, ready.to_ndarray()[0], at)
                if at >= wanted:
                    break
    except (av.error.FFmpegError, IndexError) as error:
        logger.info("The sound ends early: %s", error)
    return sound


def _samples_at(frame: Any) -> int:
    """When a frame is heard, in samples of ours."""
    return int(frame.pts * frame.time_base * SAMPLE_RATE) if frame.pts is not None else 0


def _put(sound: Sound, part: Sound, at: int) -> int:
    """Lay `part` into `sound` from `at` on, as far as it falls into it. Returns where it ends."""
    first, last = max(0, at), min(len(sound), at + len(part))
    if first < last:
        sound[first:last] = part[first - at : last - at]
    return at + len(part)


def written(sound: Sound, out: Path, *, title: str) -> None:
    """Write `sound` as MP3. Raises OSError."""
    with av.open(str(out), "w", format="mp3") as container:
        container.metadata["title"] = title
        stream = container.add_stream("libmp3lame", rate=SAMPLE_RATE, layout="mono")
        stream.bit_rate = _BIT_RATE
        frame = av.AudioFrame.from_ndarray(sound[None, :], format="fltp", layout="mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE, 0
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


def peaks_of(sound: Sound) -> list[int]:
    """The loudest of equal parts of `sound`, from 0 to 100, the loudest of all being 100."""
    if not len(sound):
        return []
    parts = np.array_split(np.abs(sound), min(_PEAKS, len(sound)))
    loudest = np.array([part.max() for part in parts])
    top = float(loudest.max())
    return [int(value) for value in np.rint(100 * loudest / top)] if top > 0.001 else [0] * len(parts)
