"""Chapters of a replay: they begin where somebody else begins to speak, and stays at it."""

from collections.abc import Sequence
from dataclasses import dataclass

from recordings.transcripts import Line, turns

# A chapter is at least so long, so that a quick exchange is one; what somebody throws in is no change of speaker.
CHAPTER_MIN_MS = 30_000
INTERJECTION_MS = 5_000
_WORDS = 6


@dataclass(frozen=True, slots=True)
class Chapter:
    """Where it begins (replay time), and what it is called: "Maya: Good morning and welcome to…"."""

    starts_ms: int
    title: str


def chapters(lines: Sequence[Line]) -> list[Chapter]:
    """The chapters of a transcript; the first begins at 0. None where nobody said anything."""
    found: list[Chapter] = []
    speaker: tuple[int | None, str] | None = None
    for turn in turns(lines):
        first = turn[0]
        who = (first.user_id, first.name)
        if not found:
            found.append(Chapter(0, _title(turn)))
            speaker = who
            continue
        is_long = turn[-1].ends_ms - first.starts_ms > INTERJECTION_MS
        if who != speaker and is_long and first.starts_ms - found[-1].starts_ms >= CHAPTER_MIN_MS:
            found.append(Chapter(first.starts_ms, _title(turn)))
            speaker = who
    return found


def _title(turn: Sequence[Line]) -> str:
    words = " ".join(line.text for line in turn[:3]).split()
    said = " ".join(words[:_WORDS])
    return f"{turn[0].name}: {said}{'…' if len(words) > _WORDS else ''}"
