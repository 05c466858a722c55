"""A clip as a video to share: a square card with face, words and a waveform that fills as it is heard.

H.264 and AAC in MP4, which every browser, phone and site plays. The card is drawn twice, with the waveform empty and full; each
picture is the first with the left part of the second.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from accounts.templatetags.ui import initials
from recordings.templatetags.replays import thinned
from rooms.card_image import text
from rooms.card_image.drawing import HUES, face_of, round_mask

SIDE = 720
FRAMES_PER_SECOND = 10
_MARGIN = 56
_FACE = 128
_CAPTION_TOP, _CAPTION_HEIGHT = 226, 216
_CAPTION_SIZES = (52, 46, 40, 34, 30)
_WAVE_TOP, _WAVE_HEIGHT, _BARS = 462, 96, 64
_SAID_TOP, _SAID_HEIGHT = 586, 92
_SAID_SIZES = (30, 26)

# As the dark theme of frontend/src/styles/tokens.css; purple is for the brand's mark alone.
COLOURS = {"bg": "#100e16", "text": "#f2f0f8", "muted": "#a49db6", "line": "#322d40", "accent": "#7856ff"}

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Said:
    """Words that are shown from `starts_ms` to `ends_ms` of the clip."""

    starts_ms: int
    ends_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class ClipCard:
    """What is on the card. `picture` names the host's file in storage, or is ""; `peaks` from 0 to 100."""

    caption: str
    host_id: int
    host_name: str
    host_handle: str
    picture: str
    peaks: Sequence[int]
    said: Sequence[Said] = ()


def poster(card: ClipCard, out: Path) -> None:
    """Write the card with its waveform empty as JPEG: what is seen before it plays."""
    Image.fromarray(_drawn(card, "line")).save(out, "JPEG", quality=88, optimize=True)


def video(
    card: ClipCard,
    *,
    sound: Path,
    duration_ms: int,
    out: Path,
    progress: Callable[[int], None] = lambda percent: None,
) -> None:
    """Write the clip as MP4: the card, with `sound` (a file that FFmpeg reads).

    `progress` is called with percent from 0 to 99; what it raises stops the work. About 3 s for 30 s of sound on one core.
    Raises OSError when it cannot be written.
    """
    frames = max(1, duration_ms * FRAMES_PER_SECOND // 1000)
    with av.open(str(out), "w", format="mp4", options={"movflags": "faststart"}) as container:
        pictures = container.add_stream("libx264", rate=FRAMES_PER_SECOND)
        pictures.width = pictures.height = SIDE
        pictures.pix_fmt = "yuv420p"
        pictures.options = {"preset": "veryfast", "tune": "stillimage", "crf": "26"}
        voice = container.add_stream("aac", rate=48_000, layout="mono")
        voice.bit_rate = 96_000
        for number, picture in enumerate(_frames(card, frames)):
            if number % FRAMES_PER_SECOND == 0:
                progress(99 * number // frames)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            container.mux(pictures.encode(frame))
        container.mux(pictures.encode(None))
        _lay_under(container, voice, sound)


def _lay_under(container: Any, voice: Any, sound: Path) -> None:
    with av.open(str(sound)) as source:
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=48_000)
        # In pieces of the encoder's own size, counted from 0, whatever the source says of its times.
        fifo, at = av.AudioFifo(), 0
        for decoded in source.decode(audio=0):
            for ready in resampler.resample(decoded):
                ready.pts = None
                fifo.write(ready)
            while (piece := fifo.read(1024)) is not None:
                container.mux(voice.encode(_timed(piece, at)))
                at += piece.samples
        if (rest := fifo.read(0, partial=True)) is not None:
            container.mux(voice.encode(_timed(rest, at)))
    container.mux(voice.encode(None))


def _timed(frame: Any, at: int) -> Any:
    frame.pts, frame.time_base = at, Fraction(1, 48_000)
    return frame


def _frames(card: ClipCard, count: int) -> Iterator[Picture]:
    empty, full = _drawn(card, "line"), _drawn(card, "text")
    words = _Words(card)
    for number in range(count):
        picture = empty.copy()
        heard = _MARGIN + (SIDE - 2 * _MARGIN) * number // max(1, count - 1)
        picture[:, :heard] = full[:, :heard]
        words.put(picture, number * 1000 // FRAMES_PER_SECOND)
        yield picture


def _drawn(card: ClipCard, wave: str) -> Picture:
    """The card without what is said, its waveform in the colour `wave`."""
    image = Image.new("RGB", (SIDE, SIDE), COLOURS["bg"])
    canvas = ImageDraw.Draw(image)
    _host(image, canvas, card)
    width = SIDE - 2 * _MARGIN
    block = text.fit(card.caption, face=text.BOLD, sizes=_CAPTION_SIZES, width=width, height=_CAPTION_HEIGHT)
    _lines(canvas, block, _CAPTION_TOP + (_CAPTION_HEIGHT - len(block.lines) * block.leading) // 2, "text")
    _wave(canvas, card.peaks, wave)
    return np.asarray(image)


def _host(image: Image.Image, canvas: ImageDraw.ImageDraw, card: ClipCard) -> None:
    face = face_of(card.picture, _FACE) or _letters(card)
    image.paste(face, (_MARGIN, _MARGIN), round_mask(_FACE))
    left, width = _MARGIN + _FACE + 28, SIDE - 2 * _MARGIN - _FACE - 28
    name, font = text.line(card.host_name, face=text.BOLD, size=38, width=width)
    canvas.text((left, _MARGIN + 46), name, font=font, fill=COLOURS["text"], anchor="lm")
    handle, font = text.line(f"@{card.host_handle} · Spaces", face=text.REGULAR, size=28, width=width)
    canvas.text((left, _MARGIN + 90), handle, font=font, fill=COLOURS["muted"], anchor="lm")


def _letters(card: ClipCard) -> Image.Image:
    face = Image.new("RGB", (_FACE, _FACE), HUES[card.host_id % len(HUES)])
    letters, font = text.line(initials(card.host_name), face=text.BOLD, size=48, width=_FACE)
    ImageDraw.Draw(face).text((_FACE / 2, _FACE / 2), letters, font=font, fill="#ffffff", anchor="mm")
    return face


def _wave(canvas: ImageDraw.ImageDraw, peaks: Sequence[int], colour: str) -> None:
    bars = thinned(peaks, _BARS)
    step = (SIDE - 2 * _MARGIN) / len(bars)
    middle = _WAVE_TOP + _WAVE_HEIGHT / 2
    for number, peak in enumerate(bars):
        left = _MARGIN + number * step
        tall = max(3.0, peak / 100 * _WAVE_HEIGHT / 2)
        box = (left + step * 0.2, middle - tall, left + step * 0.8, middle + tall)
        canvas.rounded_rectangle(box, radius=3, fill=COLOURS[colour])


def _lines(canvas: ImageDraw.ImageDraw, block: text.Block, top: int, colour: str) -> None:
    left, anchor = (SIDE - _MARGIN, "ra") if block.from_right else (_MARGIN, "la")
    for number, words in enumerate(block.lines):
        canvas.text(
            (left, top + number * block.leading), words, font=block.font, fill=COLOURS[colour], anchor=anchor
        )


class _Words:
    """What is said, under the waveform: each drawn once."""

    def __init__(self, card: ClipCard) -> None:
        self._said = card.said
        self._drawn: dict[str, Picture] = {}

    def put(self, picture: Picture, at_ms: int) -> None:
        """Draw what is said at `at_ms`: the last that has begun, until a second after its end."""
        now = [one for one in self._said if one.starts_ms <= at_ms < one.ends_ms + 1000]
        if now:
            strip = self._strip(now[-1].text)
            picture[_SAID_TOP : _SAID_TOP + _SAID_HEIGHT] = strip

    def _strip(self, words: str) -> Picture:
        if words not in self._drawn:
            image = Image.new("RGB", (SIDE, _SAID_HEIGHT), COLOURS["bg"])
            block = text.fit(
                words, face=text.REGULAR, sizes=_SAID_SIZES, width=SIDE - 2 * _MARGIN, height=_SAID_HEIGHT
            )
            _lines(ImageDraw.Draw(image), block, 0, "muted")
            self._drawn[words] = np.asarray(image)
        return self._drawn[words]
