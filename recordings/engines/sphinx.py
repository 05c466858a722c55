"""PocketSphinx with the model in its wheel: English, offline, at about a third of real time on one core, and rough.

Measured on clear synthetic speech it gets every second to every fifth word wrong (benchmarks/captions), sometimes into an
offensive one.
"""

from recordings.engines.base import SAMPLE_RATE, EngineInfo


def info(language: str) -> EngineInfo | None:
    """It understands English."""
    return EngineInfo("pocketsphinx", True, "recordings.engines.sphinx.load") if language == "en" else None


def load() -> "Sphinx":
    """The engine, its model in memory (about 100 MB)."""
    return Sphinx()


class Sphinx:
    """See recordings.engines.base.Engine.

    An utterance is searched twice: while it goes on, for guesses, and at its end as a whole. The second time its loudness and
    colour are known from all of it and not from what came before, which is worth a third of the errors.
    """

    def __init__(self) -> None:
        from pocketsphinx import Decoder

        # The third pass that it would add by itself costs much and gains nothing after ours.
        self._decoder = Decoder(samprate=SAMPLE_RATE, loglevel="FATAL", fwdflat=False)
        self._sound = bytearray()
        self._searched = 0
        self._is_guessing = False

    def begin(self) -> None:
        """Start to listen."""
        self._drop_guess()
        self._sound.clear()
        self._searched = 0

    def hear(self, pcm: bytes) -> None:
        """Gather: nothing is searched before somebody asks."""
        self._sound += pcm

    def partial(self) -> str:
        """The best guess so far."""
        if not self._is_guessing:
            self._decoder.start_utt()
            self._is_guessing = True
        self._decoder.process_raw(bytes(self._sound[self._searched :]), no_search=False, full_utt=False)
        self._searched = len(self._sound)
        return self._text()

    def end(self) -> str:
        """All of it at once."""
        self._drop_guess()
        # In a muted microphone's zeros it would find a word.
        if not self._sound.strip(b"\0"):
            return ""
        # Without what the guesses have made it expect: with that, the same sound is understood differently, and worse.
        self._decoder.reinit_feat()
        self._decoder.start_utt()
        self._decoder.process_raw(bytes(self._sound), no_search=False, full_utt=True)
        self._decoder.end_utt()
        return self._text()

    def _drop_guess(self) -> None:
        if self._is_guessing:
            self._decoder.end_utt()
            self._is_guessing = False

    def _text(self) -> str:
        found = self._decoder.hyp()
        return str(found.hypstr).strip() if found else ""
