"""What is left of Spaces that are over, asked from the app above (`SPACE_REPLAYS`, `REPLAYS_PAGE`, `SEARCH_SAID`)."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.selectors import Viewer
from rooms.models import Space


def replays_of(spaces: Iterable[Space], *, viewer: Viewer) -> dict[UUID, dict[str, Any]]:
    """Those of these Spaces that have a replay which `viewer` may find: `{"title", "duration_ms", "plays", "expires_at"}`, by
    id. One query, or none where none of them has ended."""
    ended = {space.pk for space in spaces if space.state == Space.State.ENDED}
    return replays_of_ids(ended, viewer=viewer)


def replays_of_ids(ids: set[UUID], *, viewer: Viewer) -> dict[UUID, dict[str, Any]]:
    """As `replays_of`, for ids of Spaces that have ended."""
    return dict(above(settings.SPACE_REPLAYS)(ids, viewer=viewer)) if ids else {}


@lru_cache(maxsize=8)
def above(path: str) -> Any:
    """What an app above has registered under a name of the settings."""
    return import_string(path)
