"""Who asks to speak, who is invited, what is pinned."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.models import Follow, User
from accounts.selectors import person_card
from rooms.models import Invitation, Participation, Pin, Role, Space, SpeakRequest
from rooms.permissions import Action, actions_of, may, require

# The hosts' snapshot holds so many of the queue; `GET requests/` gives the rest by page.
QUEUE_SHOWN = 100

MODERATORS = (Role.HOST, Role.COHOST)


def moderators_of(space: Space) -> list[int]:
    """User ids of host and co-hosts: those who see the queue. At most 1 + `SPACES_COHOSTS_MAX`."""
    found = Participation.objects.filter(space=space, role__in=MODERATORS, removed_at__isnull=True)
    return list(found.values_list("user_id", flat=True))


def waiting_requests(space: Space) -> QuerySet[SpeakRequest]:
    """The queue, first come first, with users; `times_spoken` = other Spaces in which they have been on stage."""
    spoken = (
        Participation.objects.filter(user=OuterRef("user"), spoke_at__isnull=False)
        .exclude(space=space)
        .order_by()
        .values("user")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return (
        SpeakRequest.objects.filter(space=space, state=SpeakRequest.State.WAITING)
        .select_related("user")
        .annotate(times_spoken=Coalesce(Subquery(spoken, output_field=IntegerField()), 0))
        .order_by("asked_at", "pk")
    )


def queue_for(*, space: Space, by: Participation | None) -> QuerySet[SpeakRequest]:
    """The queue, for whoever may decide it. Raises NotAllowed, Removed."""
    require(by, Action.REQUEST_ACCEPT)
    return waiting_requests(space)


def request_card(request: Any) -> dict[str, Any]:
    """A row of `waiting_requests`, as host and co-hosts see it."""
    return person_card(request.user) | {
        "pitch": request.pitch,
        "asked_at": request.asked_at,
        "follower_count": request.user.follower_count,
        "times_spoken": request.times_spoken,
    }


def requests_before(request: SpeakRequest) -> int:
    """How many in the queue have asked earlier."""
    earlier = Q(asked_at__lt=request.asked_at) | Q(asked_at=request.asked_at, pk__lt=request.pk)
    waiting = SpeakRequest.objects.filter(space_id=request.space_id, state=SpeakRequest.State.WAITING)
    return waiting.filter(earlier).count()


def my_request(*, space: Space, user: User) -> dict[str, Any] | None:
    """`{"pitch", "asked_at", "before"}` of the reader's waiting request, or None."""
    request = SpeakRequest.objects.filter(space=space, user=user, state=SpeakRequest.State.WAITING).first()
    return my_request_card(request) if request else None


def my_request_card(request: SpeakRequest) -> dict[str, Any]:
    """A waiting request, as the one who asks sees it."""
    return {"pitch": request.pitch, "asked_at": request.asked_at, "before": requests_before(request)}


def open_invitations(space: Space) -> QuerySet[Invitation]:
    """Those that wait for an answer, the oldest first, with the invited."""
    found = Invitation.objects.filter(space=space, state=Invitation.State.OPEN)
    return found.select_related("user").order_by("pk")


def invitation_card(invitation: Invitation) -> dict[str, Any]:
    """An open invitation, as host and co-hosts see it."""
    return person_card(invitation.user) | {"role": invitation.role, "by": str(invitation.by_id)}


def my_invitation(*, space: Space, user: User) -> dict[str, Any] | None:
    """`{"role", "by": person}` of the reader's open invitation, or None."""
    found = Invitation.objects.filter(space=space, user=user, state=Invitation.State.OPEN)
    invitation = found.select_related("by").first()
    return {"role": invitation.role, "by": person_card(invitation.by)} if invitation else None


def me_card(*, space: Space, participation: Participation, user: User) -> dict[str, Any]:
    """What the reader is in the Space, is asked, and may do."""
    return {
        "role": participation.role,
        "muted": participation.muted,
        "joined": participation.is_present,
        "connection": participation.connection,
        "request": my_request(space=space, user=user) if space.is_live else None,
        "invitation": my_invitation(space=space, user=user) if space.is_live or space.is_scheduled else None,
        "can": actions_of(participation) if space.is_live else [],
    }


def moderation_of(*, space: Space, participation: Participation | None) -> dict[str, Any]:
    """`queue`, `invitations` and `blocked_words` of a snapshot: lists for host and co-hosts, null for all others."""
    is_open = space.is_live or space.is_scheduled
    if not is_open or not may(participation, Action.REQUEST_ACCEPT):
        return {"queue": None, "invitations": None, "blocked_words": None}
    return {
        "queue": [request_card(request) for request in waiting_requests(space)[:QUEUE_SHOWN]],
        "invitations": [invitation_card(invitation) for invitation in open_invitations(space)],
        "blocked_words": space.blocked_words,
    }


def pins_of(space: Space) -> list[dict[str, Any]]:
    """All pins of the Space, the oldest first."""
    return [pin_card(pin) for pin in Pin.objects.filter(space=space).order_by("pk")]


def pin_card(pin: Pin) -> dict[str, Any]:
    """A pin, as frames and the API show it."""
    return {"id": str(pin.pk), "url": pin.url, "title": pin.title}


def may_ask(*, space: Space, user_ids: Iterable[int]) -> set[int]:
    """Those of these people whom `speak_policy` lets ask to speak. One query at most."""
    asking = set(user_ids)
    if space.speak_policy == Space.SpeakPolicy.EVERYONE:
        return asking
    if space.speak_policy == Space.SpeakPolicy.INVITED or not asking:
        return set()
    followed = Follow.objects.filter(follower_id=space.host_id, followee_id__in=asking)
    return set(followed.values_list("followee_id", flat=True))
