"""What is done to people on stage, by themselves and by host and co-hosts."""

from datetime import datetime
from functools import partial

from django.db import transaction

from accounts.models import User
from rooms.audio import sfu
from rooms.audio.tokens import identity_of
from rooms.errors import NotOnStage
from rooms.events import emit
from rooms.models import Participation, Role, Space
from rooms.permissions import Action, require, require_over
from rooms.selectors.schedule import not_live
from rooms.services import cohosts
from rooms.services.locks import locked_actor, locked_participation, locked_space, locked_target
from rooms.services.noting import note_act
from rooms.services.seats import take_off_stage


def mic_set(*, space: Space, user: User, muted: bool, now: datetime) -> Participation:
    """Mute or unmute oneself. The track itself is muted by the client; this is what the others are told.

    Raises NotAllowed (`space.not_on_stage`), Removed, SpaceEnded.
    """
    with transaction.atomic():
        space, participation = locked_actor(space.pk, user, Action.MIC_SET)
        if participation.muted != muted:
            participation.muted = muted
            participation.save(update_fields=["muted"])
            emit(space, "stage.muted", {"user": str(user.pk), "muted": muted, "by_host": False})
    return participation


def stage_mute(*, space: Space, by: User, user: User, now: datetime) -> Participation:
    """Mute somebody on stage, in LiveKit too. They can unmute themselves; nobody else can.

    Raises SpaceEnded, NotAllowed, AboveYourRole (a co-host on the host), NotInRoom, NotOnStage.
    """
    with transaction.atomic():
        space, actor = locked_actor(space.pk, by, Action.MUTE)
        participation = locked_target(space, user)
        if not participation.on_stage:
            raise NotOnStage()
        require_over(actor, Action.MUTE, participation)
        _silence(space, participation)
        note_act(Action.MUTE, space=space, by=by, on=user, now=now)
    return participation


def stage_mute_all(*, space: Space, by: User, now: datetime) -> None:
    """Mute every speaker; host and co-hosts stay as they are. Raises SpaceEnded, NotAllowed."""
    with transaction.atomic():
        space, _ = locked_actor(space.pk, by, Action.MUTE_ALL)
        speakers = Participation.objects.select_for_update(no_key=True).filter(
            space=space, role=Role.SPEAKER, removed_at__isnull=True
        )
        muted = list(speakers.order_by("pk"))
        for participation in muted:
            _silence(space, participation)
        ids = [participation.user_id for participation in muted]
        note_act(Action.MUTE_ALL, space=space, by=by, data={"people": ids}, now=now)


def stage_move_to_listeners(*, space: Space, by: User, user: User, now: datetime) -> Participation:
    """Take somebody off the stage; a listener stays one.

    Raises SpaceEnded, NotAllowed, AboveYourRole (the host is moved by nobody, co-hosts by the host alone), NotInRoom.
    """
    with transaction.atomic():
        space, actor = locked_actor(space.pk, by, Action.MOVE_TO_LISTENERS)
        participation = locked_target(space, user)
        require_over(actor, Action.MOVE_TO_LISTENERS, participation)
        if participation.on_stage:
            take_off_stage(space, participation, reason="moved", now=now)
            note_act(Action.MOVE_TO_LISTENERS, space=space, by=by, on=user, now=now)
    return participation


def stage_step_down(*, space: Space, user: User, now: datetime) -> Participation:
    """Leave the stage and listen. Whoever was on stage and is a listener now has stepped down already.

    Before the start a co-host gives the place back. Raises SpaceEnded, NotAllowed (`space.not_on_stage`; the host hands
    over or ends), Removed.
    """
    with transaction.atomic():
        space = locked_space(space.pk, live=False)
        if space.is_scheduled:
            return cohosts.cohost_step_down(space, user, now=now)
        if not space.is_live:
            raise not_live(space)
        participation = locked_participation(space, user.pk)
        if participation and not participation.removed_at and _has_stepped_down(participation):
            return participation
        participation = require(participation, Action.STEP_DOWN)
        take_off_stage(space, participation, reason="stepped_down", now=now)
    return participation


def _has_stepped_down(participation: Participation) -> bool:
    return participation.role == Role.LISTENER and participation.spoke_at is not None


def _silence(space: Space, participation: Participation) -> None:
    if not participation.muted:
        participation.muted = True
        participation.save(update_fields=["muted"])
        data = {"user": str(participation.user_id), "muted": True, "by_host": True}
        emit(space, "stage.muted", data)
    # Also for one who says to be muted: what counts is what is heard.
    mute = partial(sfu.mute_tracks, space.audio_room, identity_of(participation.user_id))
    transaction.on_commit(lambda: sfu.quietly(mute))
