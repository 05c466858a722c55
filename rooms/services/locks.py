"""Locks, always taken in one order: (host → series →) space → participation → (in tickets) order."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from accounts.models import User
from rooms.errors import MessageNotFound, NotInRoom, SpaceNotFound
from rooms.models import Participation, RoomMessage, Space, SpaceSeries
from rooms.permissions import Action, require
from rooms.selectors.schedule import not_live

Row = TypeVar("Row", bound=Model)


def locked_space(space_id: UUID, *, live: bool = True) -> Space:
    """The Space with its row locked until the transaction ends, so that its changes happen one after the other.

    The lock leaves keys alone (`FOR NO KEY UPDATE`): people who join refer to the row and need not wait.
    Raises SpaceEnded or SpaceNotStarted unless it is live (or `live=False`), SpaceNotFound when it is gone.
    """
    space = _for_update(Space.objects.filter(pk=space_id)).first()
    if space is None:
        raise SpaceNotFound()
    if live and not space.is_live:
        raise not_live(space)
    return space


def locked_spaces(ids: Iterable[UUID]) -> list[Space]:
    """These Spaces with their rows locked, in the order of their keys, which is the order everybody locks many in."""
    return list(_for_update(Space.objects.filter(pk__in=list(ids)).order_by("pk")))


def locked_person(user: User) -> User:
    """Somebody with their row locked: what counts over all their Spaces is decided one after the other.

    Taken before any Space.
    """
    return _for_update(User.objects.filter(pk=user.pk)).get()


def locked_series(series_id: int) -> SpaceSeries | None:
    """A series with its row locked, after its host and before its Spaces; None when it is gone."""
    return _for_update(SpaceSeries.objects.filter(pk=series_id)).first()


def locked_participation(space: Space, user_id: int) -> Participation | None:
    """What somebody is in the Space, locked; None when they were never in it."""
    return _for_update(Participation.objects.filter(space=space, user_id=user_id)).first()


def locked_actor(space_id: UUID, user: User, action: Action) -> tuple[Space, Participation]:
    """The live Space, locked, and what `user` is in it, who may do `action`.

    Raises SpaceEnded, NotInSpace, Removed, NotAllowed.
    """
    space = locked_space(space_id)
    return space, require(locked_participation(space, user.pk), action)


def locked_target(space: Space, user: User) -> Participation:
    """What somebody who is acted on is in the Space. Raises NotInRoom when they never were in it, or are out for good."""
    participation = locked_participation(space, user.pk)
    if participation is None or participation.removed_at is not None:
        raise NotInRoom()
    return participation


def locked_message(space: Space, message_id: int) -> RoomMessage:
    """A message, locked, also a deleted one. Raises MessageNotFound."""
    message = _for_update(RoomMessage.objects.filter(space=space, pk=message_id)).first()
    if message is None:
        raise MessageNotFound()
    return message


def _for_update(rows: QuerySet[Row]) -> QuerySet[Row]:
    """The rows, locked when they are read. The one place: tests take it out to show what it is for."""
    return rows.select_for_update(no_key=True)
