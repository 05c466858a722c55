"""Words that a host does not want in the messages of their Space.

Compared are words, whatever their case, accents and width ("CAFÉ" is "cafe", a wide "ＮＯ" is "no"), without invisible
characters. A word with "*" at its end stands for all that begin with it; several words stand for just these, one after the
other. In writing that puts no spaces between words (Chinese, Japanese, Thai …), and of emoji, any place in the text will do.
"""

import re
import unicodedata
from collections.abc import Iterable

PREFIX = "*"

# Combining marks that are left out: accents of Latin, Greek and Cyrillic, vowel points of Hebrew and Arabic, emoji variants.
# Others (in Hindi, say) make another word of it.
_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f]"
)
# Thai, Lao, Burmese, Khmer; Japanese; Chinese.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
)


def folded(text: str) -> str:
    """The words of `text` as they are compared, with one space between, before and after them."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())).casefold()
    return f" {' '.join(''.join(map(_shown, plain)).split())} "


def folded_word(word: str) -> str:
    """An entry of a host's list as it is looked for; "" for one without letters, digits or emoji."""
    words = folded(word.rstrip(PREFIX)).strip()
    if not words:
        return ""
    if _UNSPACED.search(words) or all(_is_picture(sign) for sign in words):
        return words
    return f" {words}" if word.endswith(PREFIX) else f" {words} "


def word_hit(words: Iterable[str], text: str) -> str:
    """The first of a host's words that is in `text`, as the host wrote it; "" when none is."""
    said = folded(text)
    found = (
        word.rstrip(PREFIX) for word in words if (looked_for := folded_word(word)) and looked_for in said
    )
    return next(found, "")


def words_in(text: str) -> list[str]:
    """The entries of a list as it is typed: separated by commas, semicolons or new lines."""
    return [word for word in (part.strip() for part in re.split("[,;\n]", text)) if word]


def _shown(sign: str) -> str:
    """What stands for a character: itself in a word, nothing for what cannot be seen, else a space."""
    kind = unicodedata.category(sign)
    if kind[0] in "LMN":
        return sign
    if _is_picture(sign):
        return f" {sign} "
    return "" if kind == "Cf" else " "


def _is_picture(sign: str) -> bool:
    return unicodedata.category(sign) in ("So", "Sk")
