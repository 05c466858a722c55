"""A transcript as files: WebVTT (W3C), SubRip, and plain text to read. All of them UTF-8."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import escape


@dataclass(frozen=True, slots=True)
class Line:
    """What somebody said, with replay times in milliseconds. `user_id` is None once the account is gone."""

    id: int
    user_id: int | None
    name: str
    starts_ms: int
    ends_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: how it is named, what it is served as, and how it is written from a title and lines."""

    extension: str
    content_type: str
    write: Callable[[str, Sequence[Line]], str]


def vtt(title: str, lines: Sequence[Line]) -> str:
    """WebVTT; each cue names its speaker (`<v Maya>`)."""
    head = f"WEBVTT\n\nNOTE {_one_line(title).replace('-->', '→')}\n\n"
    return head + "\n".join(_cue(line) for line in lines)


def _cue(line: Line) -> str:
    # In a name of a speaker a ">" would end the mark; escaped it does not.
    return (
        f"{_clock(line.starts_ms, '.')} --> {_clock(_end(line), '.')}\n"
        f"<v {escape(_one_line(line.name))}>{escape(_one_line(line.text))}\n"
    )


def srt(title: str, lines: Sequence[Line]) -> str:
    """SubRip: numbered, the speaker before the words."""
    return "\n".join(
        f"{number}\n{_clock(line.starts_ms, ',')} --> {_clock(_end(line), ',')}\n"
        f"{_one_line(line.name)}: {_one_line(line.text).replace('-->', '→')}\n"
        for number, line in enumerate(lines, 1)
    )


def txt(title: str, lines: Sequence[Line]) -> str:
    """To read: a paragraph for each time that somebody speaks, with the time it begins at."""
    parts = [f"{_one_line(title)}\n"]
    for turn in turns(lines):
        words = " ".join(_one_line(line.text) for line in turn)
        parts.append(f"{_short_clock(turn[0].starts_ms)}  {_one_line(turn[0].name)}\n{words}\n")
    return "\n".join(parts)


FORMATS = {
    one.extension: one
    for one in (
        Format("vtt", "text/vtt; charset=utf-8", vtt),
        Format("srt", "application/x-subrip; charset=utf-8", srt),
        Format("txt", "text/plain; charset=utf-8", txt),
    )
}


def turns(lines: Iterable[Line]) -> list[list[Line]]:
    """The lines in runs of one speaker."""
    found: list[list[Line]] = []
    for line in lines:
        if found and _speaker(found[-1][0]) == _speaker(line):
            found[-1].append(line)
        else:
            found.append([line])
    return found


def _speaker(line: Line) -> tuple[int | None, str]:
    return line.user_id, line.name if line.user_id is None else ""


def _end(line: Line) -> int:
    # A cue must last.
    return max(line.ends_ms, line.starts_ms + 1)


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _clock(ms: int, point: str) -> str:
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{ms:03}"


def _short_clock(ms: int) -> str:
    seconds = ms // 1000
    hours = f"{seconds // 3600}:" if seconds >= 3600 else ""
    return f"{hours}{seconds // 60 % 60:02}:{seconds % 60:02}"
