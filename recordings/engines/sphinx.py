"""PocketSphinx with the model in its wheel: English, offline, at about a third of real time on one core, and rough.

Measured on clear synthetic speech it gets about every second word wrong (benchmarks/captions), sometimes into an offensive one.
"""

from recordings.engines.base import SAMPLE_RATE, EngineInfo


def info(language: str) -> EngineInfo | None:
    """It understands English."""
    return EngineInfo("pocketsphinx", True, "recordings.engines.sphinx.load") if language == "en" else None


def load() -> "Sphinx":
    """The engine, its model in memory (about 100 MB)."""
    return Sphinx()


class Sphinx:
    """See recordings.engines.base.Engine."""

    def __init__(self) -> None:
        from pocketsphinx import Decoder

        self._decoder = Decoder(samprate=SAMPLE_RATE, loglevel="FATAL")

    def begin(self) -> None:
        """Start to listen."""
        self._decoder.start_utt()

    def hear(self, pcm: bytes) -> None:
        """Listen on."""
        self._decoder.process_raw(pcm, no_search=False, full_utt=False)

    def partial(self) -> str:
        """The best guess so far."""
        return self._text()

    def end(self) -> str:
        """Search once more with all that was said in view: this takes about a tenth of its length."""
        self._decoder.end_utt()
        return self._text()

    def _text(self) -> str:
        found = self._decoder.hyp()
        return str(found.hypstr).strip() if found else ""
