"""Host and co-hosts invite people on stage; they answer."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Follow, User
from accounts.selectors import person_card
from rooms.errors import AlreadyOnStage, CannotInvite, NotInSpace, NotInvited, SpaceNotStarted
from rooms.events import tell_moderators, tell_person
from rooms.gates import pass_stage_gates
from rooms.models import Invitation, Participation, Role, Space
from rooms.permissions import Action, require
from rooms.selectors import invitation_card
from rooms.services import cohosts
from rooms.services.closing import close_invitations, invited_key
from rooms.services.locks import locked_actor, locked_participation, locked_space
from rooms.services.seats import put_on_stage
from social.models import Kind
from social.services.notifications import notify
from spaces_project.lib import limits
from spaces_project.lib.errors import Invalid

# By e-mail or push an invitation is worth something for so long.
_INVITED_NEWS = timedelta(minutes=30)


def stage_invite(
    *, space: Space, by: User, user: User, role: str = Role.SPEAKER, now: datetime
) -> Invitation:
    """Invite somebody to speak, or (the host alone) to be a co-host: people in the room, and followers outside of it.

    An open invitation of the same person stays; the host may change what it is to. Before a Space has started its host
    invites co-hosts (rooms.services.cohosts). Raises SpaceEnded, NotAllowed (`space.not_host` for co-hosts), Invalid,
    AlreadyOnStage, CannotInvite, TooMany.
    """
    if role not in dict(Invitation.ROLES):
        raise Invalid(fields={"role": [_("Invite a speaker or a co-host.")]})
    limits.require(Action.INVITE, user=by, now=now)
    if space.is_scheduled:
        if role != Role.COHOST:
            raise SpaceNotStarted(_("Before a Space has started only co-hosts can be invited."))
        return cohosts.cohost_invite(space=space, by=by, user=user, now=now)
    action = Action.INVITE_COHOST if role == Role.COHOST else Action.INVITE
    with transaction.atomic():
        space, actor = locked_actor(space.pk, by, action)
        _require_invitable(space, by=by, user=user, role=Role(role))
        earlier = Invitation.objects.filter(space=space, user=user, state=Invitation.State.OPEN).first()
        # What the host has offered a co-host does not make smaller.
        if earlier and (earlier.role == role or actor.role != Role.HOST):
            return earlier
        close_invitations(space, to=user, state=Invitation.State.WITHDRAWN, now=now)
        invitation = Invitation.objects.create(space=space, user=user, role=role, by=by, created_at=now)
        tell_moderators(space, "invitation.sent", {"invitation": invitation_card(invitation)})
        received = {"title": space.title, "role": role, "by": person_card(by)}
        tell_person(space, user.pk, "invitation.received", received)
        notify(
            user=user,
            kind=Kind.INVITED,
            key=invited_key(invitation),
            actor=by,
            space_id=space.pk,
            data={"title": space.title, "role": role},
            now=now,
            expires_at=now + _INVITED_NEWS,
        )
    return invitation


def stage_invite_withdraw(*, space: Space, by: User, user: User, now: datetime) -> None:
    """Take an invitation back; without one nothing happens. Raises SpaceEnded, NotAllowed (co-hosts: the host's to co-host)."""
    if space.is_scheduled:
        cohosts.cohost_withdraw(space=space, by=by, user=user, now=now)
        return
    with transaction.atomic():
        space, actor = locked_actor(space.pk, by, Action.INVITE_WITHDRAW)
        found = Invitation.objects.filter(space=space, user=user, state=Invitation.State.OPEN)
        if found.filter(role=Role.COHOST).exists():
            require(actor, Action.INVITE_COHOST)
        close_invitations(space, to=user, state=Invitation.State.WITHDRAWN, now=now)


def stage_invite_accept(
    *, space: Space, user: User, recording_consent: bool = False, now: datetime
) -> Participation:
    """Come on stage as invited; whoever is invited from outside joins first.

    Raises SpaceEnded, NotInSpace, Removed, NotInvited; StageFull, CohostsFull and what `STAGE_GATES` refuse with (a recorded
    Space needs `recording_consent`): the invitation stays open then.
    """
    if space.is_scheduled:
        return cohosts.cohost_accept(space=space, user=user, recording_consent=recording_consent, now=now)
    with transaction.atomic():
        space, participation = locked_actor(space.pk, user, Action.INVITE_ACCEPT)
        invitation = _latest(space, user)
        if invitation.state == Invitation.State.ACCEPTED and participation.on_stage:
            return participation
        if invitation.state != Invitation.State.OPEN:
            raise NotInvited()
        if not participation.is_present:
            raise NotInSpace()
        pass_stage_gates(space, user, accepting="invitation", recording_consent=recording_consent, now=now)
        put_on_stage(space, participation, role=Role(invitation.role), now=now)
    return participation


def stage_invite_decline(*, space: Space, user: User, now: datetime) -> None:
    """Say no to an invitation, also from outside. Raises SpaceEnded, Removed, NotInvited."""
    if space.is_scheduled:
        cohosts.cohost_decline(space=space, user=user, now=now)
        return
    with transaction.atomic():
        space = locked_space(space.pk)
        if participation := locked_participation(space, user.pk):
            require(participation, Action.INVITE_DECLINE)
        invitation = _latest(space, user)
        if invitation.state == Invitation.State.DECLINED:
            return
        if invitation.state != Invitation.State.OPEN:
            raise NotInvited()
        close_invitations(space, to=user, state=Invitation.State.DECLINED, now=now)


def _require_invitable(space: Space, *, by: User, user: User, role: Role) -> None:
    """Raise AlreadyOnStage or CannotInvite."""
    participation = locked_participation(space, user.pk)
    if participation and participation.removed_at:
        raise CannotInvite(_("This person was removed from the Space."))
    if participation and participation.on_stage:
        if role == Role.COHOST and participation.role == Role.SPEAKER:
            return
        raise AlreadyOnStage()
    if participation and participation.is_present:
        return
    if not Follow.objects.filter(follower=user, followee__in=[space.host_id, by.pk]).exists():
        raise CannotInvite()


def _latest(space: Space, user: User) -> Invitation:
    """The open invitation, or the one decided last. Raises NotInvited."""
    invitation = Invitation.objects.filter(space=space, user=user).order_by("-pk").first()
    if invitation is None:
        raise NotInvited()
    return invitation
