"""A track stays in step with the clock, whatever comes late, not at all, or too fast."""

from collections.abc import Callable

import numpy as np
import pytest

from recordings.sound import SAMPLE_RATE
from recordings.sound.pace import Pace

FRAME = SAMPLE_RATE // 50
SECONDS = 0.02
HEARD_MS = 10


class Microphone:
    """Gives a frame each 20 ms of its own clock, which runs `rate` times as fast as ours; each comes a little late."""

    def __init__(self, rate: float = 1.0, jitter: float = 0.01) -> None:
        self.rate, self.jitter = rate, jitter
        self.random = np.random.default_rng(7)
        self.pace = Pace()
        self.clock = 0.0
        self.written: list[np.ndarray] = []
        self.worst_ms = 0.0

    def run(
        self, seconds: float, *, late: Callable[[float], float] = lambda at: 0.0, loud: bool = True
    ) -> None:
        """Speak for so long; `late(at)` is until when what is said at a moment is held back on its way."""
        for _ in range(round(seconds / SECONDS)):
            self.clock += SECONDS / self.rate
            sound = self.random.normal(0, 3_000, FRAME) if loud else np.zeros(FRAME)
            comes_at = max(self.clock + abs(self.random.normal(0, self.jitter)), late(self.clock))
            self.written += self.pace.take(sound.astype(np.int16), ended_at=comes_at)
            if self.clock > 3 and comes_at < self.clock + 0.1:
                self.worst_ms = max(self.worst_ms, 1000 * abs(self.pace.samples / SAMPLE_RATE - self.clock))


@pytest.mark.parametrize("rate", [1.0003, 0.9997])
def test_clocks_that_run_apart_are_kept_together(rate):
    microphone = Microphone(rate)
    microphone.run(600)
    print(
        f"a clock that is {1e6 * (rate - 1):+.0f} ppm off: {microphone.worst_ms:.1f} ms at worst in 10 minutes"
    )
    assert microphone.worst_ms < HEARD_MS
    assert sum(map(len, microphone.written)) == microphone.pace.samples


def test_what_does_not_come_is_silence():
    microphone = Microphone()
    microphone.run(5)
    microphone.clock += 180
    microphone.run(1)
    assert microphone.worst_ms > HEARD_MS
    microphone.worst_ms = 0
    microphone.run(4)

    sound = np.concatenate(microphone.written)
    assert microphone.worst_ms < HEARD_MS
    silent = sound[5 * SAMPLE_RATE + FRAME : 185 * SAMPLE_RATE - FRAME]
    assert not silent.any()
    assert np.abs(sound[: 5 * SAMPLE_RATE].reshape(-1, FRAME)).max(axis=1).min() > 0


def test_a_busy_machine_makes_no_gap():
    microphone = Microphone(jitter=0.03)
    # Twice everything stands still for a moment; then all of it comes at once.
    microphone.run(20, late=lambda at: 5.3 if 5 < at < 5.3 else 10.45 if 10 < at < 10.45 else 0.0)

    sound = np.concatenate(microphone.written)
    assert microphone.worst_ms < HEARD_MS
    windows = sound[: len(sound) // FRAME * FRAME].reshape(-1, FRAME)
    assert np.abs(windows).max(axis=1).min() > 0


def test_what_was_held_back_too_long_is_put_right_in_the_next_pause():
    microphone = Microphone()
    microphone.run(5)
    microphone.run(3, late=lambda at: 6.5 if at < 6.5 else 0.0)
    microphone.run(1, loud=False)
    microphone.worst_ms = 0
    microphone.run(5)
    assert microphone.worst_ms < HEARD_MS


def test_filling_makes_it_as_long_as_it_should_be_and_never_shorter():
    pace = Pace()
    assert sum(map(len, pace.fill(upto=2.5))) == 2.5 * SAMPLE_RATE
    assert not list(pace.fill(upto=1))
