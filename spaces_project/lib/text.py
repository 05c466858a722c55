"""Cleans what people type before it is kept: names, bios, titles."""

import re
import unicodedata

# Embeddings, overrides and isolates: left open they turn the text of the page around them (Unicode TR 36, 3.2).
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Signs that take no place and are no part of any word or emoji (joiners are, and stay).
_NOTHING = frozenset("\u00ad\u180e\u200b\u2060\ufeff")
# Letters and symbols that are drawn as empty space.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_SPACES = re.compile(r"\s+")


def clean_line(text: str) -> str:
    """Return `text` as one line: NFC, white space collapsed, no control characters, lone surrogates or bidi overrides.

    Text of which nothing could be seen becomes "", so that nobody has an empty-looking name.
    """
    text = _SPACES.sub(" ", unicodedata.normalize("NFC", text))
    text = "".join(sign for sign in text if _may_stay(sign))
    # Again: what was taken out may have stood between two spaces.
    text = _SPACES.sub(" ", text).strip()
    return text if any(_is_seen(sign) for sign in text) else ""


def clean_text(text: str, *, lines: int) -> str:
    """Return `text` cleaned as by `clean_line`, in at most so many lines; what goes beyond joins the last one.

    Lines of which nothing could be seen are left out at both ends, and kept once in between.
    """
    kept: list[str] = []
    for line in map(clean_line, text.splitlines()):
        if line or (kept and kept[-1]):
            kept.append(line)
    while kept and not kept[-1]:
        kept.pop()
    if len(kept) > lines:
        kept[lines - 1 :] = [" ".join(line for line in kept[lines - 1 :] if line)]
    return "\n".join(kept)


def _may_stay(sign: str) -> bool:
    return sign not in _BIDI and sign not in _NOTHING and unicodedata.category(sign) not in ("Cc", "Cs")


def _is_seen(sign: str) -> bool:
    # Unassigned signs count as seen: they are what newer versions of Unicode draw, such as this year's emoji.
    category = unicodedata.category(sign)
    return sign not in _BLANK and category != "Cf" and category[0] not in "MZ"
