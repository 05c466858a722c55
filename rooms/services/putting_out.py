"""Somebody who may take part no longer is put out of everything at once, and may come back when they may again."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from rooms import presence
from rooms.audio import sfu
from rooms.audio.tokens import identity_of
from rooms.events import tell_person
from rooms.models import STAGE_ROLES, Attendance, Invitation, Participation, Space, SpeakRequest
from rooms.services.closing import close_invitations, close_requests
from rooms.services.cohosts import cohost_take_out
from rooms.services.lifecycle import space_end
from rooms.services.locks import locked_participation, locked_person, locked_space, locked_spaces
from rooms.services.schedule import announced_cancel
from rooms.services.seats import take_off_stage

# A round of `put_out_again` looks at so many people at most.
_AGAIN_BATCH = 200


@dataclass(frozen=True, slots=True)
class PutOut:
    """What it came to: their Spaces that were ended, and those that were cancelled."""

    ended: list[UUID]
    cancelled: list[UUID]


def person_put_out(
    *, user: User, by: User | None, now: datetime, reason: str = Space.EndReason.STAFF
) -> PutOut:
    """End the live Space of `user` (as staff, or for another `reason`), cancel what they announced, and take them off every
    stage, out of every queue and out of the sound of every Space. In one transaction; what others hear of it goes out after
    the commit.
    """
    with transaction.atomic():
        locked_person(user)
        hosted = Space.objects.filter(host=user, state__in=(Space.State.LIVE, Space.State.SCHEDULED))
        places = _places(user)
        # All at once, in the order in which everybody locks many: two who are put out may be in each other's Spaces.
        locked = locked_spaces({*hosted.values_list("pk", flat=True), *places})
        cancelled = announced_cancel(host=user, now=now)
        live = [space for space in locked if space.is_live and space.host_id == user.pk]
        for space in live:
            space_end(space=space, by=by, now=now, reason=reason)
        for space_id in places:
            _out_of(space_id, user, now=now)
    return PutOut(ended=[space.pk for space in live], cancelled=[space.pk for space in cancelled])


def put_out_again(*, now: datetime) -> int:
    """Put out those who came in at the very moment in which they were suspended: their join had passed the gates, and was not
    there yet. Beat asks for it every 2 s. Returns how many."""
    inside = Participation.objects.filter(
        user__is_suspended=True, left_at__isnull=True, space__state=Space.State.LIVE
    )
    found = User.objects.filter(pk__in=inside.values("user_id"))
    hosting = User.objects.filter(
        pk__in=Space.objects.live().filter(host__is_suspended=True).values("host_id")
    )
    people = {user.pk: user for user in [*found[:_AGAIN_BATCH], *hosting[:_AGAIN_BATCH]]}
    for _, user in sorted(people.items()):
        person_put_out(user=user, by=None, now=now)
    return len(people)


def space_put_out(*, space_id: UUID, user: User, reason: str, now: datetime) -> None:
    """Take `user` out of one live Space: off its stage, out of its queue and its sound, on all their devices; they are told
    (`reason`: "ticket"), and may come back if the gates let them pass. For apps above whose gate does so no more. Done twice it
    is done once."""
    with transaction.atomic():
        space = locked_space(space_id, live=False)
        if not space.is_live:
            return
        participation = locked_participation(space, user.pk)
        if participation is None or participation.removed_at is not None or not participation.is_present:
            return
        _out_of(space_id, user, now=now)
        tell_person(space, user.pk, "space.removed", {"reason": reason})


def _places(user: User) -> list[UUID]:
    """Live and announced Spaces in which `user` is, has a seat, asks for one, or is invited to one; in no order."""
    mine = Participation.objects.filter(user=user, removed_at__isnull=True)
    mine = mine.filter(Q(left_at__isnull=True) | Q(role__in=STAGE_ROLES))
    asked = SpeakRequest.objects.filter(user=user, state=SpeakRequest.State.WAITING)
    invited = Invitation.objects.filter(user=user, state=Invitation.State.OPEN)
    found = Space.objects.filter(
        Q(pk__in=mine.values("space_id"))
        | Q(pk__in=asked.values("space_id"))
        | Q(pk__in=invited.values("space_id")),
        state__in=(Space.State.LIVE, Space.State.SCHEDULED),
    )
    return list(found.values_list("pk", flat=True))


def _out_of(space_id: UUID, user: User, *, now: datetime) -> None:
    space = locked_space(space_id, live=False)
    if space.is_scheduled:
        cohost_take_out(space, user.pk, now=now)
        return
    participation = locked_participation(space, user.pk)
    if not space.is_live:
        return
    close_requests(space, [user.pk], state=SpeakRequest.State.WITHDRAWN, by=None, now=now)
    close_invitations(space, to=user, state=Invitation.State.WITHDRAWN, now=now)
    if participation is None:
        return
    if participation.on_stage:
        take_off_stage(space, participation, reason="left", now=now)
    Attendance.objects.filter(participation=participation, left_at__isnull=True).update(left_at=now)
    participation.left_at = participation.left_at or now
    # Tokens that LiveKit has handed out are still good for a while: their room is watched (rooms.services.reconcile).
    participation.connection, participation.role_since = "", now
    participation.save(update_fields=["left_at", "connection", "role_since"])
    room, key = space.audio_room, space.pk
    transaction.on_commit(lambda: presence.drop(key, [user.pk]))
    remove = partial(sfu.remove, room, identity_of(user.pk))
    transaction.on_commit(lambda: sfu.quietly(remove))
