"""Listeners ask to speak; host and co-hosts answer."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from rooms.errors import NoRequest, NotInRoom, NotInSpace, RequestsClosed
from rooms.events import tell_moderators
from rooms.gates import pass_stage_gates
from rooms.models import Participation, Role, Space, SpeakRequest
from rooms.permissions import Action
from rooms.selectors import may_ask, request_card, waiting_requests
from rooms.services.closing import clear_requests, close_requests
from rooms.services.locks import locked_actor, locked_target
from rooms.services.noting import note_act
from rooms.services.seats import put_on_stage
from social.models import Kind
from social.services.notifications import notify
from spaces_project.lib import limits
from spaces_project.lib.errors import Invalid
from spaces_project.lib.text import clean_line

# By e-mail or push it is worth something for so long.
_ACCEPTED_NEWS = timedelta(minutes=10)


def stage_request(
    *, space: Space, user: User, pitch: str = "", recording_consent: bool = False, now: datetime
) -> SpeakRequest:
    """Ask to speak, at the end of the queue, with one line of what one has to say (≤ `SPACES_PITCH_MAX_LENGTH`).

    Whoever waits already keeps their place and their line. Raises SpaceEnded, NotInSpace, Removed, NotAllowed
    (`stage.already_on_stage`), RequestsClosed (by `speak_policy`), what `STAGE_GATES` refuse with (a recorded Space needs
    `recording_consent`), Invalid, TooMany.
    """
    pitch = clean_line(pitch)
    if len(pitch) > settings.SPACES_PITCH_MAX_LENGTH:
        raise Invalid(
            fields={
                "pitch": [
                    gettext("Use at most {most} characters.").format(most=settings.SPACES_PITCH_MAX_LENGTH)
                ]
            }
        )
    limits.require(Action.REQUEST, user=user, now=now)
    with transaction.atomic():
        space, participation = locked_actor(space.pk, user, Action.REQUEST)
        if not participation.is_present:
            raise NotInSpace()
        if not may_ask(space=space, user_ids=[user.pk]):
            raise RequestsClosed()
        pass_stage_gates(space, user, accepting="request", recording_consent=recording_consent, now=now)
        request, new = SpeakRequest.objects.get_or_create(
            space=space,
            user=user,
            state=SpeakRequest.State.WAITING,
            defaults={"pitch": pitch, "asked_at": now},
        )
        if new:
            card = request_card(waiting_requests(space).get(pk=request.pk))
            tell_moderators(space, "request.added", {"request": card})
    return request


def stage_request_withdraw(*, space: Space, user: User, now: datetime) -> None:
    """Ask no longer; nothing happens to one who does not ask. Raises SpaceEnded, NotInSpace, Removed, NotAllowed."""
    with transaction.atomic():
        space, _ = locked_actor(space.pk, user, Action.REQUEST_WITHDRAW)
        close_requests(space, [user.pk], state=SpeakRequest.State.WITHDRAWN, by=user, now=now)


def stage_request_accept(*, space: Space, by: User, user: User, now: datetime) -> Participation:
    """Put somebody who asks on stage.

    Raises SpaceEnded, NotAllowed, NotInRoom, NoRequest, StageFull (they go on waiting then).
    """
    with transaction.atomic():
        space, _ = locked_actor(space.pk, by, Action.REQUEST_ACCEPT)
        participation = locked_target(space, user)
        request = _latest(space, user)
        if request.state == SpeakRequest.State.ACCEPTED and participation.on_stage:
            return participation
        if request.state != SpeakRequest.State.WAITING:
            raise NoRequest()
        if not participation.is_present:
            raise NotInRoom()
        put_on_stage(space, participation, role=Role.SPEAKER, by=by, now=now)
        notify(
            user=user,
            kind=Kind.REQUEST_ACCEPTED,
            key=f"accepted:{space.pk}:{request.pk}",
            actor=by,
            space_id=space.pk,
            data={"title": space.title},
            now=now,
            expires_at=now + _ACCEPTED_NEWS,
        )
    return participation


def stage_request_decline(*, space: Space, by: User, user: User, now: datetime) -> None:
    """Say no to somebody who asks; they may ask again. Raises SpaceEnded, NotAllowed, NotInRoom, NoRequest."""
    with transaction.atomic():
        space, _ = locked_actor(space.pk, by, Action.REQUEST_DECLINE)
        locked_target(space, user)
        request = _latest(space, user)
        if request.state == SpeakRequest.State.DECLINED:
            return
        if request.state != SpeakRequest.State.WAITING:
            raise NoRequest()
        close_requests(space, [user.pk], state=SpeakRequest.State.DECLINED, by=by, now=now)


def stage_requests_clear(*, space: Space, by: User, now: datetime) -> None:
    """Say no to all who ask. Raises SpaceEnded, NotAllowed."""
    with transaction.atomic():
        space, _ = locked_actor(space.pk, by, Action.REQUESTS_CLEAR)
        if cleared := clear_requests(space, by=by, now=now):
            note_act(Action.REQUESTS_CLEAR, space=space, by=by, data={"people": cleared}, now=now)


def _latest(space: Space, user: User) -> SpeakRequest:
    """The waiting request, or the one decided last. Raises NoRequest."""
    request = SpeakRequest.objects.filter(space=space, user=user).order_by("-pk").first()
    if request is None:
        raise NoRequest()
    return request
