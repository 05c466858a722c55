"""What a block does to the Spaces of the two: whoever may see a Space no longer is out of it at once."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from accounts.selectors import kept_apart
from rooms.errors import AboveYourRole
from rooms.events import tell_person
from rooms.models import Invitation, Participation, Reminder, Role, Space, SpeakRequest
from rooms.permissions import Action, require_over
from rooms.services.closing import close_invitations, close_requests
from rooms.services.cohosts import cohost_take_out
from rooms.services.expelling import expel
from rooms.services.locks import locked_participation, locked_space
from rooms.services.noting import note_act
from rooms.services.seats import take_off_stage

_AHEAD = (Space.State.LIVE, Space.State.SCHEDULED)


def blocked_put_out(*, owner_id: int, person_ids: Collection[int], now: datetime) -> None:
    """`owner_id` has blocked these people.

    Who of them is in a live Space that `owner_id` hosts is removed from it, as if by hand; so is who is in one that they
    co-host and are in now, where the table of permissions allows it. In what `owner_id` has announced they are co-hosts no
    more, and wait for it no more. Out of the Spaces of those people goes `owner_id`, too.

    A Space in which `owner_id` only speaks or listens goes on for both. Done twice it is done once.
    """
    own = Space.objects.filter(host_id=owner_id, state__in=_AHEAD)
    helped = Participation.objects.filter(
        user_id=owner_id, role=Role.COHOST, left_at__isnull=True, removed_at__isnull=True
    ).exclude(space__host_id=owner_id)
    theirs = Space.objects.filter(host__in=person_ids, state__in=_AHEAD)
    people = list(User.objects.filter(pk__in=person_ids).order_by("pk"))
    owner = User.objects.filter(pk=owner_id).first()
    if owner is None:
        return
    for space_id in own.order_by("pk").values_list("pk", flat=True):
        _put_out(space_id, people, by=owner, now=now)
    for space_id in (
        Space.objects.live().filter(pk__in=helped.values("space_id")).values_list("pk", flat=True)
    ):
        _put_out(space_id, people, by=owner, now=now)
    for space_id in theirs.order_by("pk").values_list("pk", flat=True):
        _let_go(space_id, owner, now=now)


def host_kept_apart(space: Space, *, now: datetime) -> None:
    """`space` has another host: whoever a block keeps apart from them is out of it. Two queries where there is nobody."""
    host = space.host
    inside = Participation.objects.filter(space=space, removed_at__isnull=True).filter(
        Q(left_at__isnull=True) | ~Q(role=Role.LISTENER)
    )
    # Asked from the blocks of one person: a Space may have a hundred thousand listeners.
    blocks = Q(user__in=host.block_set.values("person_id")) | Q(
        user__in=host.blocked_by_set.values("owner_id")
    )
    for person in User.objects.filter(pk__in=inside.filter(blocks).values("user_id")).order_by("pk"):
        _let_go(space.pk, person, now=now)


def _put_out(space_id: UUID, people: Collection[User], *, by: User, now: datetime) -> None:
    with transaction.atomic():
        space = locked_space(space_id, live=False)
        actor = locked_participation(space, by.pk)
        concerned = _concerned(space, people)
        for person in people:
            if person.pk not in concerned:
                # Perhaps they look at its page: they hear of it no more.
                if space.host_id == by.pk:
                    tell_person(space, person.pk, "space.removed", {})
            elif space.is_scheduled:
                _wait_no_more(space, person, now=now)
            elif space.is_live and actor is not None:
                _remove(space, actor, person, by=by, now=now)


def _concerned(space: Space, people: Collection[User]) -> set[int]:
    """Ids of those of these people who are or were in the Space, are invited, or wait for it. Three queries."""
    found: set[int] = set()
    for rows in (Participation.objects, Invitation.objects, Reminder.objects):
        found.update(rows.filter(space=space, user__in=people).values_list("user_id", flat=True))
    return found


def _remove(space: Space, actor: Participation, person: User, *, by: User, now: datetime) -> None:
    participation = locked_participation(space, person.pk)
    if participation is None:
        if space.host_id == by.pk:
            close_invitations(space, to=person, state=Invitation.State.WITHDRAWN, now=now)
            tell_person(space, person.pk, "space.removed", {})
        return
    try:
        require_over(actor, Action.REMOVE, participation)
    except AboveYourRole:
        return
    if participation.removed_at is not None:
        return
    if participation.on_stage:
        take_off_stage(space, participation, reason="removed", now=now)
    close_requests(space, [person.pk], state=SpeakRequest.State.DECLINED, by=by, now=now)
    close_invitations(space, to=person, state=Invitation.State.WITHDRAWN, now=now)
    expel(space, participation, now=now)
    note_act(Action.REMOVE, space=space, by=by, on=person, data={"because": "block"}, now=now)


def _let_go(space_id: UUID, person: User, *, now: datetime) -> None:
    """`person` is in a Space whose host is across a block: they go, and are not removed; the block holds them off."""
    with transaction.atomic():
        space = locked_space(space_id, live=False)
        if not kept_apart(person.pk, among=[space.host_id]):
            return
        if space.is_scheduled:
            _wait_no_more(space, person, now=now)
            return
        if not space.is_live:
            return
        participation = locked_participation(space, person.pk)
        close_requests(space, [person.pk], state=SpeakRequest.State.WITHDRAWN, by=None, now=now)
        close_invitations(space, to=person, state=Invitation.State.WITHDRAWN, now=now)
        if participation is None or participation.removed_at is not None:
            tell_person(space, person.pk, "space.removed", {})
            return
        if participation.on_stage:
            take_off_stage(space, participation, reason="left", now=now)
        expel(space, participation, for_good=False, now=now)


def _wait_no_more(space: Space, person: User, *, now: datetime) -> None:
    """Neither co-host nor among those who are reminded of a locked Space that has not started."""
    cohost_take_out(space, person.pk, now=now)
    if Reminder.objects.filter(space=space, user=person).delete()[0]:
        Space.objects.filter(pk=space.pk).update(reminder_count=F("reminder_count") - 1)
    tell_person(space, person.pk, "space.removed", {})
