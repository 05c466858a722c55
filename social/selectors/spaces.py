"""Spaces that posts, messages and notifications are about: asked from the app above (`SPACE_CARDS`)."""

import re
from collections.abc import Collection
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.selectors import Viewer


def space_cards(ids: Collection[UUID], *, viewer: Viewer) -> dict[UUID, dict[str, Any]]:
    """Cards of those Spaces that `viewer` may see, by id (rooms.selectors.cards). At most one query."""
    return dict(_resolver(settings.SPACE_CARDS)(set(ids), viewer=viewer))


def space_id_in(text: str) -> UUID | None:
    """The first Space of this site that a text links to: by its whole address, or by its path alone. It need not exist."""
    found = _link(settings.SITE_URL).search(text)
    return UUID(found[1]) if found else None


@lru_cache(maxsize=2)
def _link(site_url: str) -> re.Pattern[str]:
    space_id = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
    return re.compile(rf"(?<![^\s(])(?:{re.escape(site_url)})?/spaces/{space_id}(?![\w-])", re.IGNORECASE)


@lru_cache(maxsize=2)
def _resolver(path: str) -> Any:
    return import_string(path)
