"""What a look at a part of the installation can say (`READY_CHECKS`, `DOCTOR_CHECKS`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

# Tokens live a minute and a half: a clock that is off by more than this eats much of that.
_CLOCK_SECONDS = 5.0


class Missing(Exception):
    """The part does not do what it is there for; the words may be read by anybody."""


class TurnedOff(Exception):
    """The installation does without the part."""


class Level(StrEnum):
    """How something was found."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True)
class Finding:
    """Something that `manage.py doctor` has found: about what, in which words, and what to do about it."""

    level: Level
    about: str
    words: str
    do: str = ""


def ok(about: str, words: str) -> Finding:
    """It is as it should be."""
    return Finding(Level.OK, about, words)


def note(about: str, words: str, do: str = "") -> Finding:
    """It works, and somebody should know of it."""
    return Finding(Level.NOTE, about, words, do)


def wrong(about: str, words: str, do: str) -> Finding:
    """Something does not work, or is not safe."""
    return Finding(Level.WRONG, about, words, do)


def clock(which: str, skew: float) -> Iterator[Finding]:
    """What to say of a clock that is `skew` seconds ahead of ours; nothing where the two agree."""
    if abs(skew) > _CLOCK_SECONDS:
        yield wrong(
            "Clock",
            f"{which} is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} this machine's.",
            "Let every machine keep its time by NTP (chrony, systemd-timesyncd).",
        )
