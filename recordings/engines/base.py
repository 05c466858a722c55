"""What an engine is. Sound is 16-bit PCM, mono, `SAMPLE_RATE` a second, little-endian."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

SAMPLE_RATE = 16_000
BYTES_PER_SECOND = 2 * SAMPLE_RATE


class Engine(Protocol):
    """Understands one utterance after the other. It lives in a process of its own: see `recordings.engines.host`."""

    def begin(self) -> None:
        """An utterance begins."""

    def hear(self, pcm: bytes) -> None:
        """The next piece of it, of any length."""

    def partial(self) -> str:
        """What it seems to be so far; "" for nothing. It may still change."""

    def end(self) -> str:
        """The utterance is over: what it is; "" for nothing that could be understood."""


@dataclass(frozen=True)
class EngineInfo:
    """An engine as everybody but its own process knows it.

    `load` is the dotted path of the function that makes it, called with `options`. A `rough` one mishears so much that its
    words are always masked, and the page says what it is.
    """

    name: str
    rough: bool
    load: str
    options: Mapping[str, str] = field(default_factory=dict, hash=False)
