"""Who is on stage as what: the only functions that change a role.

They are called with the Space's row locked, which is what makes one outcome of acts that come at once. The database is
first; LiveKit follows after commit.
"""

from datetime import datetime
from typing import Literal

from django.conf import settings
from django.db import transaction

from accounts.models import User
from rooms.audio import sfu
from rooms.audio.tokens import identity_of
from rooms.errors import CohostsFull, StageFull
from rooms.events import emit
from rooms.live import bubbles
from rooms.models import STAGE_ROLES, Invitation, Participation, Role, Space, SpeakRequest
from rooms.selectors import stage_person
from rooms.services.closing import close_invitations, close_requests

LeftReason = Literal["stepped_down", "moved", "removed", "left"]


def put_on_stage(
    space: Space, participation: Participation, *, role: Role, now: datetime, by: User | None = None
) -> None:
    """Give somebody a seat as speaker or co-host, or another role if they have one; what they asked for is settled
    (`by` whom, if it was not by themselves).

    Raises StageFull (`SPACES_SPEAKERS_MAX` with the host) and CohostsFull. Somebody who comes on stage is muted.
    """
    if participation.role == role:
        return
    if role == Role.COHOST:
        _require_cohost_seat(space)
    if participation.role in STAGE_ROLES:
        set_role(space, participation, role=role, now=now)
    else:
        _require_seat(space, now=now)
        _seat(participation, role=role, now=now)
        emit(space, "stage.joined", stage_person(participation))
        rights_after_commit(space, participation, may_publish=True)
    bubbles.announce_on_commit(space)
    close_requests(space, [participation.user_id], state=SpeakRequest.State.ACCEPTED, by=by, now=now)
    close_invitations(space, to=participation.user_id, state=Invitation.State.ACCEPTED, now=now)


def take_off_stage(space: Space, participation: Participation, *, reason: LeftReason, now: datetime) -> None:
    """Make somebody on stage a listener who may no longer publish; the invitations to and by them die.

    Whoever is removed is thrown out of LiveKit instead (`rooms.services.control`).
    """
    participation.role, participation.muted = Role.LISTENER, True
    participation.on_stage_since, participation.role_since = None, now
    participation.save(update_fields=["role", "muted", "on_stage_since", "role_since"])
    emit(space, "stage.left", {"user": str(participation.user_id), "reason": reason})
    close_invitations(space, to=participation.user_id, state=Invitation.State.EXPIRED, now=now)
    close_invitations(space, by=participation.user_id, state=Invitation.State.EXPIRED, now=now)
    if reason != "removed":
        rights_after_commit(space, participation, may_publish=False)
    bubbles.announce_on_commit(space)


def set_role(space: Space, participation: Participation, *, role: Role, now: datetime) -> None:
    """Give somebody on stage another role there."""
    participation.role, participation.role_since = role, now
    participation.save(update_fields=["role", "role_since"])
    emit(space, "stage.role_changed", {"user": str(participation.user_id), "role": role})


def rights_after_commit(space: Space, participation: Participation, *, may_publish: bool) -> None:
    """Tell LiveKit what somebody may do, once it is true; a failure is left to reconciliation."""
    room, identity = space.audio_room, identity_of(participation.user_id)
    transaction.on_commit(
        lambda: sfu.quietly(lambda: sfu.set_rights(room, identity, may_publish=may_publish))
    )


def _seat(participation: Participation, *, role: Role, now: datetime) -> None:
    participation.role, participation.muted = role, True
    participation.on_stage_since = participation.role_since = now
    participation.spoke_at = participation.spoke_at or now
    participation.save(update_fields=["role", "muted", "on_stage_since", "role_since", "spoke_at"])


def _require_seat(space: Space, *, now: datetime) -> None:
    """Raise StageFull unless there is a seat; one whose speaker has left the Space is given on, the longest gone first."""
    seated = Participation.objects.filter(space=space, role__in=STAGE_ROLES, removed_at__isnull=True)
    if seated.count() < settings.SPACES_SPEAKERS_MAX:
        return
    gone = seated.filter(role=Role.SPEAKER, left_at__isnull=False).order_by("left_at", "pk").first()
    if gone is None:
        raise StageFull()
    take_off_stage(space, gone, reason="left", now=now)


def _require_cohost_seat(space: Space) -> None:
    cohosts = Participation.objects.filter(space=space, role=Role.COHOST, removed_at__isnull=True)
    if cohosts.count() >= settings.SPACES_COHOSTS_MAX:
        raise CohostsFull()
