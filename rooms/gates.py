"""The gates of `rooms` itself: asked in the order of `SPACE_ENTRY_GATES` before anybody enters a Space.

A gate takes the Space, the person and their earlier participation (or None), and returns the error to refuse with, or None.
Guests pass the same gates, as AnonymousUser; one who is in the Space now comes with a participation that is not saved.
Higher apps add theirs (a ban, a ticket) by adding them to the setting.

Those of `STAGE_GATES` are asked when somebody accepts the stage (`pass_stage_gates`).
"""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils.module_loading import import_string

from accounts.models import User
from accounts.selectors import kept_apart
from rooms.errors import GuestsNotAllowed, Removed, SpaceLocked, SpaceNotFound
from rooms.models import Participation, Space
from rooms.selectors.schedule import not_live
from spaces_project.lib.errors import SpacesError

Viewer = User | AnonymousUser


def must_be_live(space: Space, user: Viewer, participation: Participation | None) -> SpacesError | None:
    """Only a Space on air can be entered."""
    return None if space.is_live else not_live(space)


def guests_must_be_allowed(
    space: Space, user: Viewer, participation: Participation | None
) -> SpacesError | None:
    """Without an account one gets in where the host allows it."""
    return None if user.is_authenticated or space.guests_allowed else GuestsNotAllowed()


def must_not_be_blocked(
    space: Space, user: Viewer, participation: Participation | None
) -> SpacesError | None:
    """A block between the host and somebody, whoever of the two blocks, and the Space does not exist for them. First of the
    gates: what another would say tells that it does."""
    return SpaceNotFound() if isinstance(user, User) and kept_apart(user.pk, among=[space.host_id]) else None


def must_not_be_removed(
    space: Space, user: Viewer, participation: Participation | None
) -> SpacesError | None:
    """Removed from this Space means for as long as it exists."""
    return Removed() if participation and participation.removed_at else None


def must_not_be_locked(space: Space, user: Viewer, participation: Participation | None) -> SpacesError | None:
    """A locked Space lets nobody new in; who was in it before may come back."""
    return SpaceLocked() if space.is_locked and participation is None else None


def pass_gates(space: Space, user: Viewer, participation: Participation | None) -> None:
    """Raise the first refusal of the gates, in order."""
    for gate in _gates(tuple(settings.SPACE_ENTRY_GATES)):
        if refusal := gate(space, user, participation):
            raise refusal


def pass_stage_gates(
    space: Space, user: User, *, accepting: str, recording_consent: bool, now: datetime
) -> None:
    """Let somebody accept the stage of a locked Space: a gate takes what this does, writes down what it has to, and raises its
    refusal.

    `accepting` is what they do ("request", "invitation"); `recording_consent`: whether they said with it that they may be
    recorded.
    """
    for gate in _gates(tuple(settings.STAGE_GATES)):
        gate(space, user, accepting=accepting, recording_consent=recording_consent, now=now)


@lru_cache(maxsize=4)
def _gates(paths: tuple[str, ...]) -> list[Callable[..., Any]]:
    return [import_string(path) for path in paths]
