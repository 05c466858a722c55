"""Keeps a track in step with the clock: what comes from a microphone becomes sound in which as much time passes as has passed.

What did not come is silence. Sound that comes late because the machine was busy, and all at once, is no gap. A clock that runs
fast or slow is brought back in the pauses of speech, and meanwhile by less of the speed than anybody hears.
"""

from collections import deque
from collections.abc import Iterator

import numpy as np

from recordings.sound import SAMPLE_RATE, SAMPLES_PER_MS, Samples

# What comes so late is a gap, unless what follows within the second number makes up for it.
_GAP = 100 * SAMPLES_PER_MS
_PATIENCE_SECONDS = 0.5
# How late sound comes varies with the load of the machine: the least of so many seconds is what the clocks differ by.
_WINDOW_SECONDS = 2.0
_TOLERANCE = 5 * SAMPLES_PER_MS
# One sample in so many is taken out or put in.
_CORRECTION = 250
# A piece that is softer than this is a pause, of which any part can be left out.
_SOFT = 150
# Silence is given in pieces of this size, so that minutes of it are no large array.
_PIECE = 10 * SAMPLE_RATE


class Pace:
    """`samples` is how much it has given out; how much time has passed is what it is told with each piece."""

    def __init__(self) -> None:
        self.samples = 0
        self._late: deque[tuple[float, int]] = deque()
        self._held: list[tuple[Samples, float]] = []

    def take(self, sound: Samples, *, ended_at: float) -> Iterator[Samples]:
        """What to write now that `sound` came, whose end was heard `ended_at` seconds after the beginning of the track."""
        held = sum(len(piece) for piece, _ in self._held)
        late = self._lateness(len(sound), ended_at) - held
        if late > _GAP:
            self._held.append((sound, ended_at))
            if ended_at - self._held[0][1] >= _PATIENCE_SECONDS:
                yield from self.release()
            return
        for piece, _ in self._held:
            yield self._given(piece)
        self._held.clear()
        yield from self._in_step(sound, late, ended_at)

    def release(self) -> Iterator[Samples]:
        """What is held back, after the silence that it shows there was."""
        if not self._held:
            return
        held, self._held = self._held, []
        so_far, gap = 0, None
        for piece, ended_at in held:
            late = self._lateness(len(piece), ended_at) - so_far
            gap = late if gap is None else min(gap, late)
            so_far += len(piece)
        self._late.clear()
        yield from self._silence(gap or 0)
        for piece, _ in held:
            yield self._given(piece)

    def fill(self, *, upto: float) -> Iterator[Samples]:
        """What is held back, and silence until `upto` seconds have passed; a track that is longer stays as it is."""
        yield from self.release()
        yield from self._silence(round(upto * SAMPLE_RATE) - self.samples)

    def _lateness(self, length: int, ended_at: float) -> int:
        return round(ended_at * SAMPLE_RATE) - length - self.samples

    def _in_step(self, sound: Samples, late: int, ended_at: float) -> Iterator[Samples]:
        off = self._off(late, ended_at)
        if off == 0:
            yield self._given(sound)
            return
        if int(np.max(np.abs(sound.astype(np.int32)), initial=0)) < _SOFT:
            moved = max(-len(sound), off)
        else:
            most = max(1, len(sound) // _CORRECTION)
            moved = max(-most, min(most, off))
        self._late = deque((at, lateness - moved) for at, lateness in self._late)
        length = len(sound) + moved
        if moved > len(sound):
            yield self._given(sound)
            yield from self._silence(moved)
        elif length:
            at = np.linspace(0, len(sound) - 1, length)
            yield self._given(np.interp(at, np.arange(len(sound)), sound).astype(np.int16))

    def _off(self, late: int, ended_at: float) -> int:
        """By how many samples the track is behind the clock (positive) or before it; 0 while that is little, or not sure.

        Sound never comes early, so that being before is sure at once.
        """
        self._late.append((ended_at, late))
        while self._late[0][0] < ended_at - _WINDOW_SECONDS:
            self._late.popleft()
        off = min(lateness for _, lateness in self._late)
        unsure = off > 0 and ended_at - self._late[0][0] < _WINDOW_SECONDS / 2
        return 0 if unsure or abs(off) <= _TOLERANCE else off

    def _given(self, sound: Samples) -> Samples:
        self.samples += len(sound)
        return sound

    def _silence(self, count: int) -> Iterator[Samples]:
        while count > 0:
            piece = min(count, _PIECE)
            yield self._given(np.zeros(piece, np.int16))
            count -= piece
