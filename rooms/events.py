"""The one place from which a Space tells its listeners that something has changed."""

from collections.abc import Mapping
from typing import Any

from django.db.models import F

from rooms.models import Space
from rooms.selectors.stage import moderators_of
from spaces_project.lib import broadcast


def emit(space: Space, type: str, data: Mapping[str, Any]) -> int:
    """Count a change of `space` and send it to those inside after commit. Returns its seq.

    Call it inside the transaction that makes the change, with the Space's row locked (`locked_space`): that lock is
    what makes seq rise by one for each change, in the order of the changes.
    """
    Space.objects.filter(pk=space.pk).update(seq=F("seq") + 1)
    space.refresh_from_db(fields=["seq"])
    frame = {"type": type, "space": str(space.pk), "seq": space.seq, "data": dict(data)}
    broadcast.send_on_commit(broadcast.space_group(space.pk), frame)
    return space.seq


def tell_space(space: Space, type: str, data: Mapping[str, Any]) -> None:
    """Tell those inside something that is no change of the Space (no seq), after commit."""
    frame = {"type": type, "space": str(space.pk), "data": dict(data)}
    broadcast.send_on_commit(broadcast.space_group(space.pk), frame)


def tell_person(space: Space, user_id: int, type: str, data: Mapping[str, Any]) -> None:
    """Tell one person, on all their devices, wherever they are, after commit."""
    frame = {"type": type, "space": str(space.pk), "data": dict(data)}
    broadcast.send_on_commit(broadcast.user_group(user_id), frame)


def tell_moderators(space: Space, type: str, data: Mapping[str, Any]) -> None:
    """Tell host and co-hosts, as they are now, after commit; nobody else may know.

    It goes to their own groups: a group of hosts would have to be left at once by whoever is one no longer.
    """
    for user_id in moderators_of(space):
        tell_person(space, user_id, type, data)
