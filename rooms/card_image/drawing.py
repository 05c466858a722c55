"""Draws a card: 1200 × 630 pixels (the size that sites show large), in the light colours of tokens.css."""

import io
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import translation
from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from accounts.templatetags.ui import initials
from rooms.card_image import text
from rooms.card_image.content import Card

WIDTH, HEIGHT = 1200, 630
_MARGIN = 76
_TITLE_SIZES = (84, 76, 68, 60, 54, 48, 42)
_TITLE_TOP, _TITLE_HEIGHT = 154, 268
_FACE = 112
_FOOT_TOP = HEIGHT - 56 - _FACE
_TOP = 64
# Drawn so much larger, then made smaller: Pillow's circles have hard edges.
_FINE = 4

# As in frontend/src/styles/tokens.css (a test holds the two together). Purple is for what is live, and for the brand's mark.
COLOURS = {
    "bg": "#fbfafd",
    "text": "#17131f",
    "muted": "#635c74",
    "line": "#e3dfec",
    "accent": "#7856ff",
    "on-accent": "#ffffff",
    "on-hue": "#ffffff",
}
HUES = (
    "#b3261e", "#b4461a", "#8f5a00", "#6b6b00", "#3f7217", "#157347",
    "#0f7468", "#0b7285", "#1b6aa5", "#2f5fc4", "#a12a6b", "#a8324e",
)  # fmt: skip
# The three bars of the level mark: left edge and height, in parts of the mark's own height.
_BARS = ((0.0, 0.5), (0.36, 1.0), (0.72, 0.68))


def draw(card: Card) -> bytes:
    """The card as PNG."""
    image = Image.new("RGB", (WIDTH, HEIGHT), COLOURS["bg"])
    canvas = ImageDraw.Draw(image)
    _badge(image, canvas, card)
    _title(canvas, card)
    canvas.line((_MARGIN, _FOOT_TOP - 30, WIDTH - _MARGIN, _FOOT_TOP - 30), fill=COLOURS["line"], width=2)
    _host(image, canvas, card)
    _brand(image, canvas)
    out = io.BytesIO()
    # Few colours: a palette halves the file, and nobody sees it.
    image.quantize(255, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


def _badge(image: Image.Image, canvas: ImageDraw.ImageDraw, card: Card) -> None:
    words, font = text.line(
        card.badge.upper() if card.is_live else card.badge, face=text.BOLD, size=34, width=420
    )
    mark = 46 if card.is_live else 0
    height = 66
    width = int(font.getlength(words)) + mark + 56
    fill, ink = ("accent", "on-accent") if card.is_live else ("line", "text")
    _rounded(image, (_MARGIN, _TOP, width, height), radius=height // 2, fill=COLOURS[fill])
    if card.is_live:
        _level(image, (_MARGIN + 28, _TOP + 19, 28), COLOURS[ink])
    canvas.text((_MARGIN + 28 + mark, _TOP + height / 2), words, font=font, fill=COLOURS[ink], anchor="lm")
    if card.when:
        left = _MARGIN + width + 26
        when, font = text.line(card.when, face=text.REGULAR, size=34, width=WIDTH - _MARGIN - left)
        canvas.text((left, _TOP + height / 2), when, font=font, fill=COLOURS["muted"], anchor="lm")


def _title(canvas: ImageDraw.ImageDraw, card: Card) -> None:
    title = card.title
    if text.share_drawable(title, text.BOLD) < 0.5:
        # Rather no title than half a row of empty boxes; the link's own text has it.
        with translation.override(settings.LANGUAGE_CODE):
            title = _("A Space by @{handle}").format(handle=card.host_handle)
    width = WIDTH - 2 * _MARGIN
    block = text.fit(title, face=text.BOLD, sizes=_TITLE_SIZES, width=width, height=_TITLE_HEIGHT)
    left, anchor = (WIDTH - _MARGIN, "ra") if block.from_right else (_MARGIN, "la")
    top = _TITLE_TOP + (_TITLE_HEIGHT - len(block.lines) * block.leading) / 2
    for number, words in enumerate(block.lines):
        canvas.text(
            (left, top + number * block.leading), words, font=block.font, fill=COLOURS["text"], anchor=anchor
        )


def _host(image: Image.Image, canvas: ImageDraw.ImageDraw, card: Card) -> None:
    face = face_of(card.picture, _FACE) or _initials(card)
    image.paste(face, (_MARGIN, _FOOT_TOP), round_mask(_FACE))
    left, width = _MARGIN + _FACE + 28, 640
    name, font = text.line(card.host_name, face=text.BOLD, size=40, width=width)
    canvas.text((left, _FOOT_TOP + 36), name, font=font, fill=COLOURS["text"], anchor="lm")
    handle, font = text.line(f"@{card.host_handle}", face=text.REGULAR, size=32, width=width)
    canvas.text((left, _FOOT_TOP + 82), handle, font=font, fill=COLOURS["muted"], anchor="lm")


def face_of(name: str, side: int) -> Image.Image | None:
    """The picture of that name, of our own encoding (accounts.services.pictures), as a square; None without one, or when its
    file is gone."""
    if not name:
        return None
    try:
        with default_storage.open(name) as file, Image.open(file, formats=("WEBP",)) as picture:
            return picture.convert("RGB").resize((side, side), Image.Resampling.LANCZOS)
    except OSError:
        return None


def round_mask(side: int) -> Image.Image:
    """What makes a square picture round."""
    return _mask((side, side), side // 2)


def _initials(card: Card) -> Image.Image:
    face = Image.new("RGB", (_FACE, _FACE), HUES[card.host_id % len(HUES)])
    letters, font = text.line(initials(card.host_name), face=text.BOLD, size=42, width=_FACE)
    ImageDraw.Draw(face).text((_FACE / 2, _FACE / 2), letters, font=font, fill=COLOURS["on-hue"], anchor="mm")
    return face


def _brand(image: Image.Image, canvas: ImageDraw.ImageDraw) -> None:
    words, font = text.line("Spaces", face=text.BOLD, size=40, width=300)
    middle = _FOOT_TOP + _FACE / 2
    left = int(WIDTH - _MARGIN - font.getlength(words))
    canvas.text((left, middle), words, font=font, fill=COLOURS["text"], anchor="lm")
    side = 56
    _rounded(
        image,
        (left - side - 16, int(middle - side / 2), side, side),
        radius=side // 2,
        fill=COLOURS["accent"],
    )
    _level(image, (left - side - 16 + 15, int(middle - 14), 28), COLOURS["on-accent"])


def _level(image: Image.Image, box: tuple[int, int, int], fill: str) -> None:
    """The level mark with its left upper corner and height in `box`."""
    left, top, height = box
    for offset, part in _BARS:
        bar = max(6, int(height * part))
        _rounded(image, (left + int(offset * height), top + (height - bar) // 2, 7, bar), radius=3, fill=fill)


def _rounded(image: Image.Image, box: tuple[int, int, int, int], *, radius: int, fill: str) -> None:
    """A filled box (left, top, width, height) with round corners."""
    left, top, width, height = box
    image.paste(Image.new("RGB", (width, height), fill), (left, top), _mask((width, height), radius))


def _mask(size: tuple[int, int], radius: int) -> Image.Image:
    large: Any = Image.new("L", (size[0] * _FINE, size[1] * _FINE), 0)
    ImageDraw.Draw(large).rounded_rectangle(
        (0, 0, large.width - 1, large.height - 1), radius=radius * _FINE, fill=255
    )
    return large.resize(size, Image.Resampling.LANCZOS)
