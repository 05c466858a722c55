"""A track from its file, in order, piece by piece; also one whose writer was killed, up to where it got."""

import logging
from collections.abc import Iterator
from typing import IO, Any

import av
import av.error
import numpy as np
import numpy.typing as npt

from recordings.sound import SAMPLE_RATE, SAMPLES_PER_MS

logger = logging.getLogger(__name__)

Sound = npt.NDArray[np.float32]


class TrackReader:
    """The sound of one file (a path, or an open one), from 0 on, as floats from -1 to 1. A broken file ends where it breaks."""

    def __init__(self, file: str | IO[bytes]) -> None:
        self._file = file
        self._pieces = self._decoded()
        self._rest: Sound = np.zeros(0, np.float32)
        self._at = 0

    def read(self, start: int, count: int) -> Sound:
        """`count` samples from sample `start` on, silence after the end. What was read before cannot be read again."""
        skip = start - self._at
        piece = self._take(skip + count)[max(0, skip) :]
        self._at = start + count
        if len(piece) == count:
            return piece
        return np.concatenate([piece, np.zeros(count - len(piece), np.float32)])

    def _take(self, count: int) -> Sound:
        parts, have = [self._rest], len(self._rest)
        while have < count:
            piece = next(self._pieces, None)
            if piece is None:
                break
            parts.append(piece)
            have += len(piece)
        sound = np.concatenate(parts)
        self._rest = sound[count:]
        return sound[:count]

    def _decoded(self) -> Iterator[Sound]:
        try:
            with av.open(self._file, "r") as container:
                resampler = av.AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE)
                for frame in container.decode(audio=0):
                    for ready in resampler.resample(frame):
                        yield ready.to_ndarray()[0]
        except (av.error.FFmpegError, IndexError) as error:
            logger.warning("The sound of %s ends early: %s", self._file, error)


def duration_ms(file: str | IO[bytes]) -> int:
    """How long a track is, by its packets, without decoding it; 0 for a file that holds no sound."""
    try:
        with av.open(file, "r") as container:
            stream = container.streams.audio[0]
            end: Any = 0
            for packet in container.demux(stream):
                if packet.pts is not None:
                    end = max(end, (packet.pts + (packet.duration or 0)) * (packet.time_base or 0))
            return int(end * SAMPLE_RATE) // SAMPLES_PER_MS
    except (av.error.FFmpegError, IndexError):
        return 0
