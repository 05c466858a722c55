"""People come into a Space, come back, leave, and vanish."""

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from rooms import presence
from rooms.audio.tokens import AudioTicket, audio_ticket
from rooms.errors import NotInSpace, Removed, Superseded
from rooms.events import emit, tell_person
from rooms.gates import pass_gates
from rooms.models import STAGE_ROLES, Attendance, CameFrom, Participation, Role, Space, SpeakRequest
from rooms.selectors.schedule import not_live
from rooms.services.closing import close_requests
from rooms.services.lifecycle import host_absent
from rooms.services.locks import locked_space
from spaces_project.lib import limits, metrics

Result = TypeVar("Result")


@dataclass(frozen=True)
class Joined:
    """What a join gives: the place in the Space, and the way to its sound (None without an audio server)."""

    space: Space
    participation: Participation
    audio: AudioTicket | None


def space_join(*, space: Space, user: User, now: datetime, came_from: str = CameFrom.OTHER) -> Joined:
    """Let somebody in, or in again: the newest join of an account wins, and the older one is told. `came_from` (a CameFrom) is
    kept of the first.

    Raises TooMany, and what the gates refuse with (SpaceEnded, Removed, …).
    """
    limits.require("space.join", user=user, now=now)
    connection = secrets.token_hex(16)

    def join(locked: bool) -> tuple[Space, Participation]:
        with transaction.atomic():
            found, participation = _place(space.pk, user, now, locked=locked, came_from=came_from)
            replaced = participation.connection if participation.is_present else ""
            _enter(found, participation, now=now)
            participation.connection = connection
            participation.save(update_fields=["connection"])
            transaction.on_commit(lambda: presence.touch(found.pk, [user.pk], now))
            if replaced:
                tell_person(found, user.pk, "space.superseded", {"connection": connection})
        return found, participation

    found, participation = _again_if_role_changed(join)
    metrics.JOINS.labels("account").inc()
    return Joined(found, participation, audio_ticket(space=found, user_id=user.pk, now=now))


def space_present(*, space: Space, user: User, connection: str, now: datetime) -> None:
    """A client says that it is where `user` listens. Somebody whose grace ran out meanwhile is let back in.

    Raises Superseded when a newer join has taken over, NotInSpace without a join, and what the gates refuse with.
    """
    participation = current_participation(space=space, user=user, connection=connection)
    if participation.is_present:
        presence.touch(space.pk, [user.pk], now)
        return

    def come_back(locked: bool) -> None:
        with transaction.atomic():
            found, participation = _place(space.pk, user, now, locked=locked)
            if participation.connection != connection:
                raise Superseded()
            _enter(found, participation, now=now)
            transaction.on_commit(lambda: presence.touch(found.pk, [user.pk], now))

    _again_if_role_changed(come_back)


def space_leave(*, space: Space, user: User, now: datetime, connection: str = "") -> None:
    """Somebody leaves. With a `connection` that is not the newest, nothing happens: another device goes on listening."""
    participation = Participation.objects.filter(space=space, user=user).first()
    if participation is None or not participation.is_present:
        return
    if connection and participation.connection != connection:
        return
    people_gone(space.pk, [user.pk], now=now)


def people_gone(space_id: UUID, user_ids: Collection[int], *, now: datetime) -> None:
    """Note that these people are no longer in the Space, by their own act or because they have vanished.

    Listeners go side by side; the Space's row is locked only for people of the stage and of the queue, whom others are
    told of. Who comes on stage in between is not let go by the first step, and so met by the second.
    """
    here = Participation.objects.filter(space_id=space_id, user_id__in=user_ids, left_at__isnull=True)
    waiting = SpeakRequest.objects.filter(
        space_id=space_id, user=OuterRef("user"), state=SpeakRequest.State.WAITING
    )
    with transaction.atomic():
        listening = list(here.filter(~Exists(waiting), role=Role.LISTENER).values_list("pk", flat=True))
        _leave(Participation.objects.filter(pk__in=listening, role=Role.LISTENER), now=now)
        transaction.on_commit(lambda: presence.drop(space_id, user_ids))
    if here.exists():
        with transaction.atomic():
            _known_people_gone(locked_space(space_id, live=False), here, now=now)


def _known_people_gone(space: Space, here: QuerySet[Participation], *, now: datetime) -> None:
    """As `people_gone`, for people of the stage and of the queue, with the Space's row locked."""
    going = list(here.select_for_update(no_key=True).order_by("pk"))
    _leave(Participation.objects.filter(pk__in=[one.pk for one in going]), now=now)
    if not space.is_live:
        return
    user_ids = [one.user_id for one in going]
    close_requests(space, user_ids, state=SpeakRequest.State.WITHDRAWN, by=None, now=now)
    for one in going:
        if one.on_stage:
            emit(space, "stage.presence", {"user": str(one.user_id), "present": False})
    if space.host_id in user_ids:
        host_absent(space, since=now)
        ends_at = now + timedelta(seconds=settings.SPACES_HOST_GRACE_SECONDS)
        emit(space, "space.host_left", {"ends_at": ends_at})


def _leave(going: QuerySet[Participation], *, now: datetime) -> None:
    """End the stretch of attendance of these people who are present; the condition is asked again by the update itself."""
    ids = list(going.filter(left_at__isnull=True).values_list("pk", flat=True))
    going.filter(left_at__isnull=True).update(left_at=now)
    gone = Attendance.objects.filter(participation__in=ids, participation__left_at__isnull=False)
    gone.filter(left_at__isnull=True).update(left_at=now)


def current_participation(*, space: Space, user: User, connection: str) -> Participation:
    """The participation that `connection` is the newest join of. Raises NotInSpace, Removed, Superseded, SpaceEnded."""
    participation = Participation.objects.select_related("space").filter(space=space, user=user).first()
    if participation and participation.removed_at:
        raise Removed()
    if participation is None or not participation.connection:
        raise NotInSpace()
    if not participation.space.is_live:
        raise not_live(participation.space)
    if not secrets.compare_digest(participation.connection.encode(), connection.encode()):
        raise Superseded()
    return participation


class _RoleChanged(Exception):
    """Who seemed to be a listener is put on stage, or removed, at this very moment."""


def _again_if_role_changed(act: Callable[[bool], Result]) -> Result:
    """Return `act(False)`, or what `act(True)`, with the Space's row locked, makes of a role that was changing."""
    try:
        return act(False)
    except _RoleChanged:
        return act(True)


def _place(
    space_id: UUID, user: User, now: datetime, *, locked: bool, came_from: str = CameFrom.OTHER
) -> tuple[Space, Participation]:
    """The Space and what `user` is in it (newly, a listener), once the gates have let them pass.

    The Space's row is locked (`locked`: in any case) only for people of the stage, whose coming is told to the others:
    listeners join side by side. Raises _RoleChanged, and what the gates refuse with.
    """
    space = locked_space(space_id, live=False) if locked else Space.objects.get(pk=space_id)
    earlier = Participation.objects.filter(space=space, user=user).first()
    if not locked and earlier is not None and earlier.role in STAGE_ROLES:
        locked, space = True, locked_space(space_id, live=False)
        earlier.refresh_from_db()
    pass_gates(space, user, earlier)
    participation, _ = Participation.objects.select_for_update(no_key=True).get_or_create(
        space=space,
        user=user,
        defaults={
            "role": Role.LISTENER,
            "came_from": came_from,
            "first_joined_at": now,
            "joined_at": now,
            "left_at": now,
        },
    )
    if not locked and (participation.role in STAGE_ROLES or participation.removed_at):
        raise _RoleChanged()
    return space, participation


def _enter(space: Space, participation: Participation, *, now: datetime) -> None:
    """Open a stretch of attendance unless one is open, and tell the others if the person is on stage."""
    if participation.is_present:
        return
    participation.joined_at, participation.left_at = now, None
    participation.save(update_fields=["joined_at", "left_at"])
    Attendance.objects.get_or_create(participation=participation, left_at=None, defaults={"joined_at": now})
    if participation.role in STAGE_ROLES:
        emit(space, "stage.presence", {"user": str(participation.user_id), "present": True})
    if participation.role == Role.HOST and space.host_absent_since:
        host_absent(space, since=None)
        emit(space, "space.host_returned", {})
