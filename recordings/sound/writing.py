"""One speaker's track on disk, as Opus in Ogg, in step with the clock (recordings.sound.pace).

A page of Ogg goes to disk each half second, the one before the last first, so that a process that is killed loses about a
second and a half; what is there can be read without an end.
"""

import fcntl
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import av
import numpy as np

from recordings.sound import SAMPLE_RATE, SAMPLES_PER_MS, Samples
from recordings.sound.pace import Pace

_FRAME = SAMPLE_RATE // 50  # 20 ms, what Opus packs
_BIT_RATE = 32_000
_PAGE_MICROSECONDS = 500_000


class TrackWriter:
    """Writes one track to `file`; while it does, no other process can, and `is_being_written` says so.

    What cannot be written raises OSError: with ENOSPC when the disk is full. The file then ends where it was flushed last, and
    the writer can only be abandoned.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = os.open(file, os.O_CREAT | os.O_RDWR, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            options = {"page_duration": str(_PAGE_MICROSECONDS), "flush_packets": "1"}
            self._container = av.open(str(file), "w", format="ogg", options=options)
        except OSError:
            os.close(self._lock)
            raise
        self._stream = self._container.add_stream(
            "libopus", rate=SAMPLE_RATE, layout="mono", options={"application": "voip"}
        )
        self._stream.bit_rate = _BIT_RATE
        self._pace = Pace()
        self._rest = np.zeros(0, np.int16)
        self._encoded = 0

    @property
    def duration_ms(self) -> int:
        """How much sound it was given, in its own time."""
        return self._pace.samples // SAMPLES_PER_MS

    def write(self, sound: Samples, *, ended_at: float) -> None:
        """Add `sound`, whose end was heard `ended_at` seconds after the beginning of the track. Raises OSError."""
        self._add(self._pace.take(sound, ended_at=ended_at))

    def fill(self, *, upto: float) -> None:
        """Add silence until the track is `upto` seconds long; a longer one stays as it is. Raises OSError."""
        self._add(self._pace.fill(upto=upto))

    def close(self) -> None:
        """End the file. Raises OSError."""
        self._add(self._pace.release())
        self._add([np.zeros(-len(self._rest) % _FRAME, np.int16)])
        for packet in self._stream.encode(None):
            self._container.mux(packet)
        self._container.close()
        os.close(self._lock)

    def abandon(self) -> None:
        """Leave the file as it is on disk, as a killed process would. For a writer that is not closed, or could not be."""
        with suppress(OSError):
            self._container.close()
        os.close(self._lock)

    def _add(self, pieces: Iterable[Samples]) -> None:
        for piece in pieces:
            sound = np.concatenate([self._rest, piece])
            whole = len(sound) - len(sound) % _FRAME
            for start in range(0, whole, _FRAME):
                self._encode(sound[start : start + _FRAME])
            self._rest = sound[whole:]

    def _encode(self, sound: Samples) -> None:
        frame = av.AudioFrame.from_ndarray(sound[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts = SAMPLE_RATE, self._encoded
        self._encoded += _FRAME
        for packet in self._stream.encode(frame):
            self._container.mux(packet)


def is_being_written(file: Path) -> bool:
    """Whether a process that lives writes `file` with a TrackWriter."""
    try:
        handle = os.open(file, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
