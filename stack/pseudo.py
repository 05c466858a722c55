"""A language for tests: English with accents, a third longer, written from right to left.

Text without accents in it has not gone through the translation; what is cut off or runs over has too little room.
"""

import re

from babel.messages.catalog import Catalog

LANGUAGE = "ar-xb"
# Messages of this context are formats and no words.
FORMAT = "format"
# Begins and ends each piece of text: makes it run from right to left whatever letters follow.
MARK = "\u200f"

_ACCENTED = str.maketrans(
    "bcdfghjklmnpqrstvwxyzBCDFGHJKLMNPQRSTVWXYZ",
    "ƀçðƒğħĵķļḿñƥɋŕšţṽŵẋýžƁÇÐƑĞĦĴĶĻḾÑƤɊŔŠŢṼŴẊÝŽ",
)
_VOWELS = {vowel: accented * 2 for vowel, accented in zip("aeiou", "áéíóú", strict=True)}
_VOWELS |= {vowel.upper(): accented[0].upper() + accented[0] for vowel, accented in _VOWELS.items()}
# Tags, entities, places for values and addresses stay as they are.
_KEPT = re.compile(r"(<[^>]*>|&#?\w+;|%\(\w+\)[sd]|%[sd%]|\{\w*\}|https?://\S+)")
_TAG = re.compile(r"(<[^>]*>)")


def words(text: str) -> str:
    """Return `text` in the language."""
    return "".join(part if part.startswith("<") else _piece(part) for part in _TAG.split(text))


def _piece(text: str) -> str:
    if not re.search(r"\w", text):
        return text
    changed = "".join(part if _KEPT.fullmatch(part) else _accented(part) for part in _KEPT.split(text))
    core = changed.strip()
    start = changed.index(core)
    return f"{changed[:start]}{MARK}{core}{MARK}{changed[start + len(core) :]}"


def _accented(text: str) -> str:
    return "".join(_VOWELS.get(letter, letter) for letter in text.translate(_ACCENTED))


def catalog(template: Catalog) -> Catalog:
    """Return the messages of `template` in the language."""
    made = Catalog(charset="utf-8")
    made.mime_headers = [("Plural-Forms", "nplurals=2; plural=(n != 1);")]
    for message in template:
        if message.id:
            ids = message.id
            string = tuple(map(words, ids)) if isinstance(ids, (tuple, list)) else words(ids)
            made.add(ids, ids if message.context == FORMAT else string, context=message.context)
    return made
