"""Masks offensive words in captions.

The list is small, and English: the rough engine mishears into such words, and knows no other language. A line is an entry;
with "*" at its end it stands for all words that begin with it. Words are compared as a host's own are (rooms.filters).
"""

import re
from functools import lru_cache
from pathlib import Path

from rooms.filters import PREFIX, folded

MASK = "***"

_LIST = Path(__file__).with_name("offensive_words.txt")
# A word with what belongs to it: "don't", "so-and-so".
_WORD = re.compile(r"[\w'’]+")


def masked(text: str) -> tuple[str, bool]:
    """The text with each offensive word masked as a whole, and whether there was any."""
    found = _WORD.sub(lambda word: MASK if is_offensive(word[0]) else word[0], text)
    return found, found != text


def is_offensive(word: str) -> bool:
    """Whether a word is on the list, whatever its case and accents."""
    whole, beginnings = _entries()
    # Without what English puts after an apostrophe.
    plain = folded(re.split("['’]", word)[0]).strip()
    return plain in whole or plain.startswith(beginnings)


@lru_cache(maxsize=1)
def _entries() -> tuple[frozenset[str], tuple[str, ...]]:
    """The entries that stand for themselves, and those that stand for all that begin with them."""
    lines = [line for line in _LIST.read_text(encoding="utf-8").split() if line]
    whole = frozenset(folded(line).strip() for line in lines if not line.endswith(PREFIX))
    return whole, tuple(folded(line).strip() for line in lines if line.endswith(PREFIX))
