"""faster-whisper with a model in a local folder (`CAPTION_WHISPER_MODEL`): many languages, and good.

The package is not among the requirements: whoever sets the folder installs it (`pip install faster-whisper`).
"""

from pathlib import Path
from typing import Any

from django.conf import settings

from recordings.engines.base import BYTES_PER_SECOND, SAMPLE_RATE, EngineInfo

# A guess needs the whole utterance again: it is made when so many seconds have come since the last.
_PARTIAL_SECONDS = 1.0
# Of a guess that the model itself holds for noise, nothing is shown.
_NO_SPEECH = 0.6


def info(language: str) -> EngineInfo | None:
    """It understands all languages of Spaces; a model whose folder ends in ".en", English alone."""
    model = settings.CAPTION_WHISPER_MODEL
    if not model or (Path(model).name.endswith(".en") and language != "en"):
        return None
    options = {"model": model, "language": language}
    return EngineInfo(f"whisper {Path(model).name}"[:40], False, "recordings.engines.whisper.load", options)


def load(model: str, language: str) -> "Whisper":
    """The engine. Raises ImportError where faster-whisper is not installed, and what it raises about the folder."""
    from faster_whisper import WhisperModel

    return Whisper(
        WhisperModel(model, device="auto", compute_type="default", local_files_only=True), language
    )


class Whisper:
    """See recordings.engines.base.Engine. `model` is a faster_whisper.WhisperModel."""

    def __init__(self, model: Any, language: str) -> None:
        self._model = model
        self._language = language
        self._sound = bytearray()
        self._guess = ""
        self._guessed_at = 0

    def begin(self) -> None:
        """Start to listen."""
        self._sound.clear()
        self._guess, self._guessed_at = "", 0

    def hear(self, pcm: bytes) -> None:
        """Gather: the model takes an utterance as a whole."""
        self._sound += pcm

    def partial(self) -> str:
        """The last guess, made anew when enough has been said since."""
        if len(self._sound) - self._guessed_at >= _PARTIAL_SECONDS * BYTES_PER_SECOND:
            self._guessed_at = len(self._sound)
            self._guess = self._transcribed(beam_size=1)
        return self._guess

    def end(self) -> str:
        """The whole utterance, with care."""
        return self._transcribed(beam_size=5)

    def _transcribed(self, *, beam_size: int) -> str:
        import numpy as np

        if len(self._sound) < SAMPLE_RATE // 5:
            return ""
        sound = np.frombuffer(bytes(self._sound), "<i2").astype(np.float32) / 32768
        segments, _ = self._model.transcribe(
            sound, language=self._language, beam_size=beam_size, condition_on_previous_text=False
        )
        spoken = [segment.text.strip() for segment in segments if segment.no_speech_prob < _NO_SPEECH]
        return " ".join(text for text in spoken if text)
