"""The picture of a podcast: square, as large as Apple asks for (1400 × 1400 at least), with the host's face and name."""

import hashlib
import io

from django.core.cache import cache
from PIL import Image, ImageDraw

from accounts.models import User
from accounts.templatetags.ui import initials
from rooms.card_image import text
from rooms.card_image.drawing import COLOURS, HUES, face_of, round_mask

SIDE = 1400
_MARGIN, _FACE = 120, 760
_KEPT_SECONDS = 7 * 24 * 3600
# Rises when it is drawn differently.
_VERSION = 1


def artwork_key(host: User) -> str:
    """Names the picture by what is on it."""
    shown = (_VERSION, host.pk, host.display_name, host.handle, host.picture.name or "")
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:24]


def artwork(host: User) -> bytes:
    """The picture as JPEG: the one that is kept, else it is drawn now (about a tenth of a second)."""
    key = f"artwork:{artwork_key(host)}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = _drawn(host)
        cache.set(key, kept, _KEPT_SECONDS)
    return kept


def _drawn(host: User) -> bytes:
    image = Image.new("RGB", (SIDE, SIDE), COLOURS["bg"])
    canvas = ImageDraw.Draw(image)
    face = face_of(host.picture.name or "", _FACE) or _letters(host)
    image.paste(face, ((SIDE - _FACE) // 2, _MARGIN), round_mask(_FACE))
    width = SIDE - 2 * _MARGIN
    block = text.fit(host.display_name, face=text.BOLD, sizes=(120, 104, 88, 72), width=width, height=270)
    top = _MARGIN + _FACE + 50
    for number, words in enumerate(block.lines):
        at = (SIDE / 2, top + number * block.leading)
        canvas.text(at, words, font=block.font, fill=COLOURS["text"], anchor="ma")
    handle, font = text.line(f"@{host.handle} · Spaces", face=text.REGULAR, size=60, width=width)
    canvas.text((SIDE / 2, SIDE - _MARGIN), handle, font=font, fill=COLOURS["muted"], anchor="mm")
    out = io.BytesIO()
    image.save(out, "JPEG", quality=88, optimize=True)
    return out.getvalue()


def _letters(host: User) -> Image.Image:
    face = Image.new("RGB", (_FACE, _FACE), HUES[host.pk % len(HUES)])
    letters, font = text.line(initials(host.display_name), face=text.BOLD, size=300, width=_FACE)
    ImageDraw.Draw(face).text((_FACE / 2, _FACE / 2), letters, font=font, fill=COLOURS["on-hue"], anchor="mm")
    return face
