"""Who may hear a replay, beside what keeps a Space from somebody (a block, a removal): higher apps (tickets) say so.

`REPLAY_GATES` are asked in order about one Space that is over and the viewer, who may be a guest: each returns the error to
refuse with, or None. `REPLAYS_KEPT_FROM` say the same of all replays at once, for lists and search: each takes the viewer and
returns a queryset of ids of Spaces whose replays they may not hear.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from accounts.selectors import Viewer
from rooms.models import Space
from spaces_project.lib.errors import SpacesError

Gate = Callable[[Space, Viewer], SpacesError | None]
KeptFrom = Callable[[Viewer], QuerySet[Any, Any]]


def refusal(space: Space, viewer: Viewer) -> SpacesError | None:
    """The first refusal of the gates, in order; the host passes them all."""
    if viewer.pk == space.host_id:
        return None
    gates: list[Gate] = _imported(tuple(settings.REPLAY_GATES))
    return next((error for gate in gates if (error := gate(space, viewer))), None)


def heard_by(viewer: Viewer) -> Q:
    """Whether no gate keeps the replay from the viewer, for a query of recordings."""
    found = Q()
    kept_from: list[KeptFrom] = _imported(tuple(settings.REPLAYS_KEPT_FROM))
    for ids in kept_from:
        found &= ~Q(space__in=ids(viewer))
    return found


@lru_cache(maxsize=8)
def _imported(paths: tuple[str, ...]) -> list[Any]:
    return [import_string(path) for path in paths]
