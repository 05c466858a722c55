"""What apps above add to pages of those below (`PAGE_PARTS`)."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string


def page_parts(page: str, request: HttpRequest, **about: Any) -> dict[str, Any]:
    """What the template of `page` gets from apps above; `about` is what the page shows ("space", "person")."""
    found: dict[str, Any] = {}
    for part in _parts(tuple(settings.PAGE_PARTS[page])):
        found |= part(request, **about)
    return found


@lru_cache(maxsize=16)
def _parts(paths: tuple[str, ...]) -> list[Callable[..., dict[str, Any]]]:
    return [import_string(path) for path in paths]
