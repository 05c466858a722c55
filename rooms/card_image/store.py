"""Keeps cards by their content, so that a flood of requests draws each of them once."""

import threading
import time
from functools import lru_cache

from django.core.cache import cache

from rooms.card_image.content import Card
from rooms.card_image.drawing import draw

KEPT_SECONDS = 7 * 24 * 3600
# Another process that has begun to draw is waited for so long; one that died meanwhile stops nobody.
_CLAIM_SECONDS = 5
_LOOK_SECONDS = 0.05

# One at a time in a process: drawing takes the processor, and the pages of others come first.
_drawing = threading.Lock()
# The last few, should Redis be away.
_drawn = lru_cache(maxsize=16)(draw)


def card_png(card: Card) -> bytes:
    """The card as PNG: the one that is kept, else it is drawn now, by one thread of one process."""
    key = f"card:{card.key}"
    if (kept := _kept(key)) is not None:
        return kept
    with _drawing:
        kept = _kept(key)
        if kept is None and not cache.add(f"{key}:claim", 1, _CLAIM_SECONDS):
            kept = _wait_for(key)
        if kept is not None:
            return kept
        png = _drawn(card)
        cache.set(key, png, KEPT_SECONDS)
    return png


def _wait_for(key: str) -> bytes | None:
    until = time.monotonic() + _CLAIM_SECONDS
    while time.monotonic() < until:
        if (kept := _kept(key)) is not None:
            return kept
        if cache.get(f"{key}:claim") is None:
            # Redis is away, or has forgotten.
            return None
        time.sleep(_LOOK_SECONDS)
    return None


def _kept(key: str) -> bytes | None:
    found: bytes | None = cache.get(key)
    return found
