"""Co-hosts of a Space that has not started: invited ahead, they are on its stage from the start.

In a series one answer counts for all of its Spaces to come that the person is invited to.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import HANDLE, Follow, User
from accounts.selectors import blocks_with
from rooms.errors import AlreadyOnStage, CannotInvite, CohostsFull, NotInvited, NotOnStage, NotWaiting
from rooms.events import emit, tell_moderators
from rooms.gates import pass_stage_gates
from rooms.models import Invitation, Participation, Role, Space
from rooms.selectors import invitation_card, stage_person
from rooms.services.announcing import waiting_place
from rooms.services.closing import close_invitations
from rooms.services.locks import locked_space, locked_spaces
from social.models import Kind
from social.services.notifications import notify
from spaces_project.lib.errors import Invalid, NotAllowed


def cohosts_named(*, host: User, handles: Sequence[str]) -> list[User]:
    """The people of these handles, whom `host` may invite to be co-hosts: followers, and people whom the host follows.

    Raises Invalid (`cohosts`) with a sentence for everything that is wrong. A fixed number of queries.
    """
    wanted = list(dict.fromkeys(name for handle in handles if (name := handle.strip().lstrip("@").lower())))
    if len(wanted) > settings.SPACES_COHOSTS_MAX:
        raise Invalid(
            fields={
                "cohosts": [_("Invite at most {most} co-hosts.").format(most=settings.SPACES_COHOSTS_MAX)]
            }
        )
    if not wanted:
        return []
    found = _by_handle(wanted)
    if host.handle.lower() in found:
        raise Invalid(fields={"cohosts": [_("You are the host already.")]})
    invitable = _invitable(host, [user.pk for user in found.values()])
    wrong = []
    for name in wanted:
        if name not in found:
            wrong.append(_("There is nobody called @{handle}.").format(handle=name[:40]))
        elif found[name].pk not in invitable:
            wrong.append(
                _("@{handle} neither follows you nor is followed by you.").format(handle=found[name].handle)
            )
    if wrong:
        raise Invalid(fields={"cohosts": wrong})
    return [found[name] for name in wanted]


def cohosts_set(space: Space, people: Sequence[User], *, by: User, now: datetime) -> None:
    """Make `people` the co-hosts of a locked Space that has not started: who is new is invited, who is missing is out."""
    wanted = {person.pk for person in people}
    for user_id in _cohosts_and_invited(space) - wanted:
        _take_out(space, user_id, reason="moved", now=now)
    there = _cohosts_and_invited(space)
    for person in people:
        if person.pk not in there:
            invite_ahead(space, person, by=by, now=now)


def invite_ahead(space: Space, user: User, *, by: User, now: datetime) -> Invitation:
    """Invite somebody to be a co-host of a locked Space that has not started, and tell them."""
    invitation = Invitation.objects.create(
        space=space, user=user, role=Role.COHOST, by=by, state=Invitation.State.OPEN, created_at=now
    )
    tell_moderators(space, "invitation.sent", {"invitation": invitation_card(invitation)})
    notify(
        user=user,
        kind=Kind.INVITED,
        # Its words are those of an invitation ahead: there is nothing to tap into yet.
        event="scheduled",
        key=f"invited:{space.pk}:{invitation.pk}",
        actor=by,
        space_id=space.pk,
        data={
            "title": space.title,
            "role": Role.COHOST.value,
            "at": space.scheduled_at.isoformat() if space.scheduled_at else "",
        },
        now=now,
        expires_at=space.scheduled_at,
    )
    return invitation


def cohost_invite(*, space: Space, by: User, user: User, now: datetime) -> Invitation:
    """Invite a co-host ahead; an open invitation stays.

    Raises NotWaiting, NotAllowed (`space.not_host`), AlreadyOnStage, CannotInvite, CohostsFull.
    """
    with transaction.atomic():
        space = _locked_for_host(space, by)
        if Participation.objects.filter(space=space, user=user).exists():
            raise AlreadyOnStage(_("This person is a co-host already."))
        earlier = Invitation.objects.filter(space=space, user=user, state=Invitation.State.OPEN).first()
        if earlier:
            return earlier
        if user.pk not in _invitable(space.host, [user.pk]):
            raise CannotInvite(_("You can invite people who follow you, and people you follow."))
        if len(_cohosts_and_invited(space)) >= settings.SPACES_COHOSTS_MAX:
            raise CohostsFull()
        return invite_ahead(space, user, by=by, now=now)


def cohost_withdraw(*, space: Space, by: User, user: User, now: datetime) -> None:
    """Take an invitation back, or a co-host off the Space; done twice it is done once.

    Raises NotWaiting, NotAllowed (`space.not_host`).
    """
    with transaction.atomic():
        space = _locked_for_host(space, by)
        if user.pk != by.pk:
            _take_out(space, user.pk, reason="moved", now=now)


def cohost_accept(
    *, space: Space, user: User, recording_consent: bool = False, now: datetime
) -> Participation:
    """Be a co-host from the start, also of the others of the series that one is invited to. Done twice it is done once.

    Raises NotWaiting, NotInvited; CohostsFull and what `STAGE_GATES` refuse with: the invitation stays open then.
    """
    with transaction.atomic():
        for one in _locked_with_series(space, user):
            if one.pk == space.pk or _open(one, user) is not None:
                _accept(one, user, recording_consent=recording_consent, now=now)
        return Participation.objects.get(space=space, user=user)


def cohost_decline(*, space: Space, user: User, now: datetime) -> None:
    """Say no, also to the others of the series. Done twice it is done once. Raises NotWaiting, NotInvited."""
    with transaction.atomic():
        for one in _locked_with_series(space, user):
            if one.pk == space.pk:
                latest = Invitation.objects.filter(space=one, user=user).order_by("-pk").first()
                if latest is None or latest.state not in (Invitation.State.OPEN, Invitation.State.DECLINED):
                    raise NotInvited()
            close_invitations(one, to=user, state=Invitation.State.DECLINED, now=now)


def cohost_step_down(space: Space, user: User, *, now: datetime) -> Participation:
    """Be a co-host no more of this locked Space. Returns the place as it is then: kept nowhere. Raises NotOnStage."""
    place = Participation.objects.filter(space=space, user=user, role=Role.COHOST).first()
    if place is None:
        raise NotOnStage(_("You are no co-host of this Space."))
    _take_out(space, user.pk, reason="stepped_down", now=now)
    place.role = Role.LISTENER
    return place


def cohost_take_out(space: Space, user_id: int, *, now: datetime) -> None:
    """Somebody who cannot take part is no co-host of this locked Space, and not invited to be one."""
    _take_out(space, user_id, reason="left", now=now)


def _accept(space: Space, user: User, *, recording_consent: bool, now: datetime) -> None:
    """Give an invited person their place in a locked Space. Raises NotInvited, CohostsFull, what the stage's gates raise."""
    if Participation.objects.filter(space=space, user=user).exists():
        return
    if _open(space, user) is None:
        raise NotInvited()
    cohosts = Participation.objects.filter(space=space, role=Role.COHOST)
    if cohosts.count() >= settings.SPACES_COHOSTS_MAX:
        raise CohostsFull()
    pass_stage_gates(space, user, accepting="invitation", recording_consent=recording_consent, now=now)
    place = waiting_place(space, user, role=Role.COHOST, now=now)
    close_invitations(space, to=user, state=Invitation.State.ACCEPTED, now=now)
    emit(space, "stage.joined", stage_person(place))


def _take_out(space: Space, user_id: int, *, reason: str, now: datetime) -> None:
    """Nobody who has never been inside leaves a trace of it: the place is deleted."""
    if Participation.objects.filter(space=space, user_id=user_id, role=Role.COHOST).delete()[0]:
        emit(space, "stage.left", {"user": str(user_id), "reason": reason})
    close_invitations(space, to=user_id, state=Invitation.State.WITHDRAWN, now=now)


def _open(space: Space, user: User) -> Invitation | None:
    return Invitation.objects.filter(space=space, user=user, state=Invitation.State.OPEN).first()


def _cohosts_and_invited(space: Space) -> set[int]:
    cohosts = Participation.objects.filter(space=space, role=Role.COHOST)
    invited = Invitation.objects.filter(space=space, role=Role.COHOST, state=Invitation.State.OPEN)
    return {*cohosts.values_list("user_id", flat=True), *invited.values_list("user_id", flat=True)}


def _locked_with_series(space: Space, user: User) -> list[Space]:
    """This Space, and those of its series to come that `user` is invited to, locked. Raises NotWaiting."""
    ids = {space.pk}
    if space.series_id is not None:
        invited = Invitation.objects.filter(
            space__series=space.series_id,
            space__state=Space.State.SCHEDULED,
            user=user,
            state=Invitation.State.OPEN,
        )
        ids |= set(invited.values_list("space_id", flat=True))
    locked = locked_spaces(ids)
    for one in locked:
        if one.pk == space.pk:
            _waiting(one)
    return [one for one in locked if one.is_scheduled]


def _locked_for_host(space: Space, by: User) -> Space:
    space = _waiting(locked_space(space.pk, live=False))
    if space.host_id != by.pk:
        raise NotAllowed(_("Only the host can do that."), code="space.not_host")
    return space


def _waiting(space: Space) -> Space:
    if not space.is_scheduled:
        raise NotWaiting()
    return space


def _by_handle(handles: Collection[str]) -> dict[str, User]:
    """Active people by their handles in lower case; what can be no handle is not asked for."""
    asked = [handle for handle in handles if HANDLE.search(handle)]
    condition = Q()
    for handle in asked:
        condition |= Q(handle__iexact=handle)
    found = User.objects.filter(condition, is_active=True) if asked else User.objects.none()
    return {user.handle.lower(): user for user in found}


def _invitable(host: User, ids: Collection[int]) -> set[int]:
    """Those of these people who follow `host` or are followed by them, and whom no block keeps apart."""
    ties = Follow.objects.filter(Q(follower=host, followee__in=ids) | Q(followee=host, follower__in=ids))
    tied = {
        followee if follower == host.pk else follower
        for follower, followee in ties.values_list("follower_id", "followee_id")
    }
    allowed = User.objects.filter(pk__in=tied, is_active=True).exclude(blocks_with(host, "pk"))
    return set(allowed.values_list("pk", flat=True))
