"""Text on a card: which font draws it, how large it may be, and where its lines end."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from PIL import ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

REGULAR = "DejaVuSans.ttf"
BOLD = "DejaVuSans-Bold.ttf"
# Signs that no font has: what it draws for them is what it draws for a sign it lacks.
_LACKING = ("\U0010fffd", "\uffff")
_PROBE_SIZE = 24
_INVISIBLE = ("Cf", "Mn", "Me", "Zs")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that fit: the font they are drawn with, how far they are apart, and whether they run from the right."""

    lines: tuple[str, ...]
    font: Font
    leading: int
    from_right: bool


def fit(text: str, *, face: str, sizes: tuple[int, ...], width: int, height: int) -> Block:
    """`text` in the largest of `sizes` in which it fits into the box; in the smallest what does not fit is cut off ("…").

    Signs that no font of this machine has are left out.
    """
    path = font_for(text, face)
    text = drawable(text, path)
    block = Block((), _load(path, sizes[-1]), 0, False)
    for size in sizes:
        font = _load(path, size)
        lines = _wrapped(text, font, width)
        leading = int(size * 1.22)
        block = Block(tuple(lines), font, leading, _from_right(text))
        if len(lines) * leading <= height:
            return block
    most = max(1, height // block.leading)
    kept = [*block.lines[: most - 1], cut(block.lines[most - 1] + "…", block.font, width)]
    return Block(tuple(kept), block.font, block.leading, block.from_right)


def cut(text: str, font: Font, width: int) -> str:
    """As much of `text` as is `width` pixels wide, with "…" where something is missing."""
    if font.getlength(text) <= width:
        return text
    text = text.rstrip("…")
    while text and font.getlength(text + "…") > width:
        text = text[:-1]
    return text.rstrip() + "…"


def line(text: str, *, face: str, size: int, width: int) -> tuple[str, Font]:
    """One line of at most `width` pixels, and its font."""
    path = font_for(text, face)
    font = _load(path, size)
    return cut(drawable(text, path), font, width), font


def drawable(text: str, path: str) -> str:
    """`text` without what the font at `path` cannot draw."""
    kept = "".join(sign for sign in text if _has(path, sign))
    return " ".join(kept.split())


def share_drawable(text: str, face: str) -> float:
    """How much of the visible text the best font can draw, from 0 to 1."""
    seen = [sign for sign in text if unicodedata.category(sign) not in _INVISIBLE]
    path = font_for(text, face)
    return sum(_has(path, sign) for sign in seen) / len(seen) if seen else 0.0


def font_for(text: str, face: str) -> str:
    """The path of the font that has most of `text`: ours unless one of `CARD_FONTS` has more. "" is Pillow's own."""
    signs = set(text)
    paths = _fonts(face)
    return max(paths, key=lambda path: sum(_has(path, sign) for sign in signs)) if paths else ""


@lru_cache(maxsize=2)
def _fonts(face: str) -> tuple[str, ...]:
    ours = str(Path(settings.CARD_FONTS_DIR) / face)
    return tuple(path for path in (ours, *settings.CARD_FONTS) if Path(path).is_file())


@lru_cache(maxsize=64)
def _load(path: str, size: int) -> Font:
    return ImageFont.truetype(path, size) if path else ImageFont.load_default(size)


@lru_cache(maxsize=20_000)
def _has(path: str, sign: str) -> bool:
    if unicodedata.category(sign) in _INVISIBLE:
        return True
    return _shape(path, sign) not in _shapes_of_nothing(path)


@lru_cache(maxsize=8)
def _shapes_of_nothing(path: str) -> frozenset[bytes]:
    return frozenset(_shape(path, sign) for sign in _LACKING)


def _shape(path: str, sign: str) -> bytes:
    mask = _load(path, _PROBE_SIZE).getmask(sign)
    return bytes(mask)


def _from_right(text: str) -> bool:
    """Whether the text is written from right to left: its first sign with a direction says so (Unicode TR 9, P2)."""
    for sign in text:
        direction = unicodedata.bidirectional(sign)
        if direction in ("R", "AL"):
            return True
        if direction == "L":
            return False
    return False


def _wrapped(text: str, font: Font, width: int) -> list[str]:
    lines: list[str] = []
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines else word
        if lines and font.getlength(joined) <= width:
            lines[-1] = joined
            continue
        pieces = _pieces(word, font, width)
        # Writing without spaces goes on where the line before ends.
        if lines and len(pieces) > 1 and font.getlength(f"{lines[-1]} {pieces[0][0]}") <= width:
            pieces = _pieces(f"{lines.pop()} {word}", font, width)
        lines += pieces
    return lines


def _pieces(word: str, font: Font, width: int) -> list[str]:
    """A word in pieces that are no wider than a line; almost always it is one."""
    pieces = [""]
    if font.getlength(word) <= width:
        return [word]
    for sign in word:
        if pieces[-1] and font.getlength(pieces[-1] + sign) > width:
            pieces.append("")
        pieces[-1] += sign
    return pieces
