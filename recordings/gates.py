"""Who may hear a replay: asked in the order of `REPLAY_GATES` beside what keeps a Space from somebody (a block, a removal).

A gate takes Spaces that are over and the viewer (who may be a guest), and returns for each Space that it keeps from them the error
to refuse with: many at once, so that a list costs what one costs. Higher apps add theirs (a ticket) to the setting.
"""

from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.selectors import Viewer
from rooms.models import Space
from spaces_project.lib.errors import SpacesError

Gate = Callable[[Collection[Space], Viewer], Mapping[UUID, SpacesError]]


def refused(spaces: Collection[Space], viewer: Viewer) -> dict[UUID, SpacesError]:
    """Those of these Spaces whose replay `viewer` may not hear, each with the first refusal."""
    found: dict[UUID, SpacesError] = {}
    for gate in _gates(tuple(settings.REPLAY_GATES)):
        if spaces:
            found = {**gate(spaces, viewer), **found}
    return found


def pass_replay_gates(space: Space, viewer: Viewer) -> None:
    """Raise the first refusal of the gates, in order; the host passes them all."""
    if viewer.pk != space.host_id and (refusal := refused([space], viewer).get(space.pk)):
        raise refusal


@lru_cache(maxsize=4)
def _gates(paths: tuple[str, ...]) -> list[Gate]:
    return [import_string(path) for path in paths]
