"""Requests and invitations come to an end, by an answer or because there is nothing left to answer.

Call these with the Space's row locked: all that writes requests and invitations holds it.
"""

from collections.abc import Collection
from datetime import datetime

from accounts.models import User
from rooms.events import tell_moderators, tell_person, tell_space
from rooms.models import Invitation, Space, SpeakRequest
from rooms.selectors import may_ask
from social.services.notifications import notifications_withdraw

# When the queue moves, so many at its head are told their new place; those further back see it when they come closer.
POSITIONS_TOLD = 50

_TOLD_AS_DECIDED = {
    SpeakRequest.State.ACCEPTED: True,
    SpeakRequest.State.DECLINED: False,
    SpeakRequest.State.CLEARED: False,
}


def close_requests(
    space: Space, user_ids: Collection[int], *, state: SpeakRequest.State, by: User | None, now: datetime
) -> None:
    """End the waiting requests of these people, and tell the moderators, the askers, and those who move up."""
    waiting = SpeakRequest.objects.filter(space=space, state=SpeakRequest.State.WAITING)
    closed = list(waiting.filter(user_id__in=user_ids).order_by("asked_at", "pk"))
    if not closed:
        return
    ids = [request.pk for request in closed]
    SpeakRequest.objects.filter(pk__in=ids).update(state=state, decided_at=now, decided_by=by)
    for request in closed:
        tell_moderators(space, "request.removed", {"user": str(request.user_id), "reason": state.value})
        if state in _TOLD_AS_DECIDED:
            tell_person(space, request.user_id, "request.decided", {"accepted": _TOLD_AS_DECIDED[state]})
    _tell_positions(space, behind=closed[0])


def clear_requests(space: Space, *, by: User | None, now: datetime) -> int:
    """End all waiting requests, with one frame to the Space. Returns how many that were."""
    waiting = SpeakRequest.objects.filter(space=space, state=SpeakRequest.State.WAITING)
    cleared = waiting.update(state=SpeakRequest.State.CLEARED, decided_at=now, decided_by=by)
    if cleared:
        tell_space(space, "requests.cleared", {})
    return cleared


def drop_requests_not_allowed(space: Space, *, now: datetime) -> None:
    """Clear the requests of those whom `speak_policy` (or a new host) no longer lets ask."""
    if space.speak_policy == Space.SpeakPolicy.INVITED:
        clear_requests(space, by=None, now=now)
        return
    waiting = SpeakRequest.objects.filter(space=space, state=SpeakRequest.State.WAITING)
    asking = set(waiting.values_list("user_id", flat=True))
    refused = asking - may_ask(space=space, user_ids=asking)
    close_requests(space, refused, state=SpeakRequest.State.CLEARED, by=None, now=now)


def close_invitations(
    space: Space,
    *,
    state: Invitation.State,
    now: datetime,
    to: User | int | None = None,
    by: User | int | None = None,
    role: str = "",
) -> None:
    """End the open invitations to somebody, or by somebody, or (without both) all, perhaps only those to one role."""
    found = Invitation.objects.filter(space=space, state=Invitation.State.OPEN)
    if to is not None:
        found = found.filter(user=to)
    if by is not None:
        found = found.filter(by=by)
    if role:
        found = found.filter(role=role)
    closed = list(found)
    Invitation.objects.filter(pk__in=[one.pk for one in closed]).update(state=state, decided_at=now)
    if state != Invitation.State.ACCEPTED:
        # A void one is in nobody's centre, and goes out no more.
        notifications_withdraw({one.user_id: invited_key(one) for one in closed})
    for invitation in closed:
        user = str(invitation.user_id)
        tell_moderators(space, "invitation.closed", {"user": user, "reason": state.value})
        if state in (Invitation.State.WITHDRAWN, Invitation.State.EXPIRED):
            tell_person(space, invitation.user_id, "invitation.withdrawn", {})


def invited_key(invitation: Invitation) -> str:
    """Under what the invited is told."""
    return f"invited:{invitation.space_id}:{invitation.pk}"


def _tell_positions(space: Space, *, behind: SpeakRequest) -> None:
    head = SpeakRequest.objects.filter(space=space, state=SpeakRequest.State.WAITING)
    for before, request in enumerate(head.order_by("asked_at", "pk")[:POSITIONS_TOLD]):
        if (request.asked_at, request.pk) > (behind.asked_at, behind.pk):
            tell_person(space, request.user_id, "request.position", {"before": before})
