"""The languages of the product's own words (what people say has its own: SPACES_LANGUAGES)."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

P = ParamSpec("P")
R = TypeVar("R")


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


def written_to(reader: Callable[..., object]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Run a function in the language of whom `reader`, given the same arguments, returns."""

    def wrap(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def in_their_language(*args: P.args, **kwargs: P.kwargs) -> R:
            with written_for(reader(*args, **kwargs)):
                return function(*args, **kwargs)

        return in_their_language

    return wrap


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
