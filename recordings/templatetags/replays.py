"""Times and waveforms of replays."""

from collections.abc import Sequence
from itertools import pairwise

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

# The picture of a waveform: so many bars, in a box of this size.
_BARS, _WIDTH, _HEIGHT = 150, 600, 64


@register.filter
def clock(ms: int) -> str:
    """A time of a replay: "0:00", "12:05", "1:02:03"."""
    seconds = int(ms) // 1000
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours}:{minutes:02}:{seconds % 60:02}" if hours else f"{minutes}:{seconds % 60:02}"


@register.simple_tag
def waveform(peaks: Sequence[int]) -> SafeString:
    """Peaks from 0 to 100 as a picture of bars that takes the colour of its text."""
    bars = thinned(peaks, _BARS)
    step = _WIDTH / max(1, len(bars))
    # One path: a page has no style for each bar, and needs none.
    path = "".join(
        f"M{step * (number + 0.5):.1f} {_HEIGHT / 2 - tall:.1f}v{2 * tall:.1f}"
        for number, tall in (
            (number, max(1.5, peak / 100 * (_HEIGHT / 2 - 3))) for number, peak in enumerate(bars)
        )
    )
    return format_html(
        '<svg class="waveform" viewBox="0 0 {} {}" preserveAspectRatio="none" aria-hidden="true"><path d="{}"></path></svg>',
        _WIDTH,
        _HEIGHT,
        path,
    )


def thinned(peaks: Sequence[int], count: int) -> list[int]:
    """At most `count` peaks, evenly over all, each the highest of those it stands for; silence where there are none."""
    if len(peaks) <= count:
        return list(peaks) or [0] * count
    edges = [number * len(peaks) // count for number in range(count + 1)]
    return [max(peaks[start:end]) for start, end in pairwise(edges)]
