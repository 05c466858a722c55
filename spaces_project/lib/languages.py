"""The languages of the product's own words (what people say has its own: SPACES_LANGUAGES)."""

from collections.abc import Iterable
from contextlib import AbstractContextManager

from django.conf import settings
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header


def is_language(code: str) -> bool:
    """Whether the product speaks it."""
    return code in dict(settings.LANGUAGES)


def language_of(reader: object) -> str:
    """What is written to somebody who is not here is in: their own choice, else the site's language."""
    chosen = getattr(reader, "language", "")
    return chosen if is_language(chosen) else settings.LANGUAGE_CODE


def written_for(reader: object) -> AbstractContextManager[None]:
    """Run a block in the language of whoever is going to read what it writes (e-mail, push, a word over the socket)."""
    return translation.override(language_of(reader))


def speak_to_app(user: object, header: str | None) -> None:
    """Answer an app in its owner's language, unless its request names one (`Accept-Language`)."""
    if not header and is_language(getattr(user, "language", "")):
        translation.activate(language_of(user))


def accepted(header: str) -> str:
    """The first language of an `Accept-Language` header that the product speaks; the site's where there is none."""
    for code, _ in parse_accept_lang_header(header):
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def listed(words: Iterable[object], *, last: str) -> str:
    """ "a", "a {last} b", "a, b {last} c"; `last` is the word before the last one, in the language."""
    texts = [str(word) for word in words]
    return f"{', '.join(texts[:-1])} {last} {texts[-1]}" if len(texts) > 1 else "".join(texts)
