"""Text to speech with espeak-ng's library, which comes inside the `espeakng-loader` wheel.

Sound is an array of 16-bit samples, mono, 48,000 a second (LiveKit's and Opus' own rate).
"""

import ctypes
import threading
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import espeakng_loader
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]

SAMPLE_RATE = 48_000
# A little below full scale (3 dB), so that resampling and Opus do not clip.
PEAK = 23_000

# From espeak-ng's speak_lib.h.
_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000
_UTF8 = 1
_RATE, _PITCH = 1, 3
_OK = 0


class SpeechUnavailable(Exception):
    """The speech library cannot be loaded or does not know the voice."""


@dataclass(frozen=True)
class Voice:
    """How somebody speaks: a voice of espeak-ng, words a minute, pitch (0-99)."""

    name: str
    words_per_minute: int = 165
    pitch: int = 50


MAYA = Voice("en-us+f3", 165, 55)
SAM = Voice("en-us+m3", 160, 40)


def speak(text: str, voice: Voice = MAYA) -> Samples:
    """Return `text` spoken by `voice`, its loudest sample at PEAK. Raises SpeechUnavailable."""
    with _one_at_a_time:
        sound, rate = _espeak().speak(text, voice)
    return _loud(resampled(sound, rate, SAMPLE_RATE))


def conversation(lines: Sequence[tuple[Voice, str]], pause_seconds: float = 0.6) -> Samples:
    """Return what the speakers say one after the other, with a pause after each."""
    pause = silence(pause_seconds)
    return np.concatenate([part for voice, text in lines for part in (speak(text, voice), pause)])


def silence(seconds: float) -> Samples:
    """Return that much of nothing."""
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.int16)


def resampled(
    sound: npt.NDArray[np.floating | np.integer], rate: int, wanted: int
) -> npt.NDArray[np.float64]:
    """Bring `sound` from one sample rate to another, band-limited, by the spectrum of the whole of it."""
    length = round(len(sound) * wanted / rate)
    spectrum = np.fft.rfft(sound)
    kept = np.zeros(length // 2 + 1, dtype=spectrum.dtype)
    count = min(len(kept), len(spectrum))
    kept[:count] = spectrum[:count]
    return np.fft.irfft(kept, length) * (length / max(1, len(sound)))


def write_wav(file: Path, sound: Samples) -> None:
    """Write `sound` as a WAV file, such as Chromium takes for a microphone."""
    with wave.open(str(file), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        out.writeframes(sound.astype("<i2").tobytes())


def _loud(sound: npt.NDArray[np.float64]) -> Samples:
    loudest = float(np.max(np.abs(sound), initial=0.0)) or 1.0
    return np.round(sound * (PEAK / loudest)).astype(np.int16)


# The library's state is one for the whole process.
_one_at_a_time = threading.Lock()


class _Espeak:
    """The library; for use under the lock."""

    def __init__(self) -> None:
        try:
            self._lib = ctypes.CDLL(espeakng_loader.get_library_path())
        except OSError as error:
            raise SpeechUnavailable(f"espeak-ng cannot be loaded: {error}") from error
        data = espeakng_loader.get_data_path().encode()
        self._rate: int = self._lib.espeak_Initialize(_SYNCHRONOUS, 0, data, _DONT_EXIT)
        if self._rate <= 0:
            raise SpeechUnavailable("espeak-ng does not find its data")
        self._parts: list[npt.NDArray[np.int16]] = []
        receiver = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
        )
        # Kept: the library calls it for as long as it speaks.
        self._receiver = receiver(self._receive)
        self._lib.espeak_SetSynthCallback(self._receiver)

    def _receive(self, wav: "ctypes._Pointer[ctypes.c_short]", count: int, events: int | None) -> int:
        if wav and count > 0:
            self._parts.append(np.ctypeslib.as_array(wav, (count,)).copy())
        return 0

    def speak(self, text: str, voice: Voice) -> tuple[npt.NDArray[np.int16], int]:
        """Return the sound and its sample rate."""
        spoken = text.encode()
        self._parts.clear()
        if self._lib.espeak_SetVoiceByName(voice.name.encode()) != _OK:
            raise SpeechUnavailable(f"espeak-ng knows no voice {voice.name!r}")
        self._lib.espeak_SetParameter(_RATE, voice.words_per_minute, 0)
        self._lib.espeak_SetParameter(_PITCH, voice.pitch, 0)
        size = ctypes.c_size_t(len(spoken) + 1)
        if self._lib.espeak_Synth(spoken, size, 0, 0, 0, _UTF8, None, None) != _OK:
            raise SpeechUnavailable("espeak-ng refused the text")
        self._lib.espeak_Synchronize()
        return np.concatenate([np.zeros(0, np.int16), *self._parts]), self._rate


@lru_cache(maxsize=1)
def _espeak() -> _Espeak:
    return _Espeak()
