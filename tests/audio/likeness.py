"""How much of what was said has been heard: a figure that Opus, loss of phase and delay do not change much."""

import numpy as np
import numpy.typing as npt

from rooms.demo.speech import SAMPLE_RATE

_STEP = SAMPLE_RATE // 100
_WINDOW = 4 * _STEP
_BANDS = np.geomspace(150, 4_000, 25)
_FLOOR = 60.0


def likeness(sent: npt.NDArray, heard: npt.NDArray) -> float:
    """Correlation of the two spectrograms (24 bands, 10 ms steps, log) where they lie best on each other: 0 to 1.

    `heard` may begin and end earlier or later than `sent`; the shorter one is moved along the longer one.
    """
    short, long = sorted((_spectrogram(sent), _spectrogram(heard)), key=len)
    if len(short) == 0 or np.ptp(short) == 0 or np.ptp(long) == 0:
        return 0.0
    return max(
        0.0, max(_correlation(short, long[at : at + len(short)]) for at in range(len(long) - len(short) + 1))
    )


def likeness_to_loop(said_again_and_again: npt.NDArray, heard: npt.NDArray) -> float:
    """As `likeness`, where the speech went round and `heard` is a stretch from anywhere, up to one round long."""
    return likeness(np.tile(said_again_and_again, 3), heard)


def _spectrogram(sound: npt.NDArray) -> npt.NDArray:
    if len(sound) < _WINDOW:
        return np.zeros((0, len(_BANDS) - 1))
    frames = np.lib.stride_tricks.sliding_window_view(np.asarray(sound, float), _WINDOW)[::_STEP]
    power = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW), axis=1)) ** 2
    edges = (_BANDS * _WINDOW / SAMPLE_RATE).astype(int)
    bands = np.add.reduceat(power, edges, axis=1)[:, :-1]
    # The ear's scale; what is softer than a soft hiss counts as nothing.
    return np.maximum(10 * np.log10(bands + 1), _FLOOR)


def _correlation(one: npt.NDArray, other: npt.NDArray) -> float:
    a, b = one - one.mean(axis=0), other - other.mean(axis=0)
    scale = np.sqrt((a**2).sum() * (b**2).sum())
    return float((a * b).sum() / scale) if scale else 0.0
