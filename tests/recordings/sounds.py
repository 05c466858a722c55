"""Sounds whose place can be found again, and the measure that finds it."""

import numpy as np

from recordings.sound import SAMPLE_RATE, Samples


def click_each_second() -> Samples:
    """A second that begins with a short chirp: said again and again, each second of it is the same."""
    sound = np.zeros(SAMPLE_RATE)
    at = np.arange(SAMPLE_RATE // 10) / SAMPLE_RATE
    sound[: len(at)] = 12_000 * np.sin(2 * np.pi * (300 + 10_000 * at) * at) * np.hanning(len(at))
    return sound.astype(np.int16)


def shift(one: np.ndarray, other: np.ndarray) -> int:
    """By how many samples `other` comes later than `one`, where the two lie best on each other."""
    length = 2 * max(len(one), len(other))
    spectrum = np.fft.rfft(other.astype(float), length) * np.conj(np.fft.rfft(one.astype(float), length))
    best = int(np.argmax(np.fft.irfft(spectrum, length)))
    return best - length if best > length // 2 else best
