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


def live_space_of(user_ids: Collection[int], *, viewer: Viewer) -> dict[int, UUID]:
    """For each of these people who is on a live stage that `viewer` may see: the Space, for the ring round their picture.
    At most one query."""
    return dict(_resolver(settings.SPACE_RINGS)(set(user_ids), viewer=viewer)) if user_ids else {}


@lru_cache(maxsize=4)
def _resolver(path: str) -> Any:
    return import_string(path)
