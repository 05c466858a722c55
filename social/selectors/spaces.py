"""Spaces that posts, messages and notifications are about: asked from the app above (`SPACE_CARDS`)."""

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


@lru_cache(maxsize=2)
def _resolver(path: str) -> Any:
    return import_string(path)
