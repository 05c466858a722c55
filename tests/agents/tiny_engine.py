"""An engine that understands how long the sound is: to test what is around engines."""

import time

from recordings.engines.base import BYTES_PER_SECOND


def load(delay: str = "0") -> "Tiny":
    """The engine; it takes `delay` seconds for the end of each utterance."""
    return Tiny(float(delay))


def broken() -> "Tiny":
    """What cannot be loaded."""
    raise SystemExit(1)


class Tiny:
    """See recordings.engines.base.Engine."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._length = 0

    def begin(self) -> None:
        """From nothing."""
        self._length = 0

    def hear(self, pcm: bytes) -> None:
        """Longer."""
        self._length += len(pcm)

    def partial(self) -> str:
        """How long so far."""
        return f"{self._length / BYTES_PER_SECOND:.2f} s so far"

    def end(self) -> str:
        """How long."""
        time.sleep(self._delay)
        return f"{self._length / BYTES_PER_SECOND:.2f} s"
