"""Puts the database's rights into LiveKit."""

from functools import partial
from uuid import UUID

from accounts.models import User
from rooms.audio import sfu
from rooms.audio.tokens import guest_key_of, hidden_id_of, identity_of, user_id_of
from rooms.models import Participation, Space
from rooms.permissions import Action, may
from rooms.services.guests import correct_guest
from rooms.services.hidden import correct_hidden
from rooms.services.joining import current_participation


def audio_connected(*, space: Space, user: User, connection: str) -> bool:
    """The client stands in LiveKit's room: give it the rights of its role. Returns whether it may publish.

    A listener needs nothing more than the token gave. Raises NotInSpace, Removed, Superseded, SpaceEnded.
    """
    participation = current_participation(space=space, user=user, connection=connection)
    if not may(participation, Action.PUBLISH):
        return False
    room, identity = participation.space.audio_room, identity_of(user.pk)
    sfu.quietly(lambda: sfu.set_rights(room, identity, may_publish=True))
    return True


def correct_participant(
    space: Space, found: sfu.AudioParticipant, participation: Participation | None
) -> None:
    """Make what LiveKit lets somebody do what the database says; whoever has no place in the Space is thrown out.

    Raises AudioUnavailable.
    """
    if found.is_agent:
        return
    if participation is None or not participation.is_present or not may(participation, Action.LISTEN):
        sfu.remove(space.audio_room, found.identity)
        return
    allowed = may(participation, Action.PUBLISH)
    if found.may_publish != allowed or (allowed and found.hidden):
        sfu.set_rights(space.audio_room, found.identity, may_publish=allowed)


def participant_check(*, room: str, identity: str) -> None:
    """Re-read one person from LiveKit and correct them: what a webhook's hint leads to."""
    space = space_of_room(room)
    found = sfu.participant(room, identity)
    if found is None:
        return
    if space is None:
        sfu.delete_room(room)
        return
    if (key := guest_key_of(identity)) is not None:
        correct_guest(space, found, key)
        return
    if (staff_id := hidden_id_of(identity)) is not None:
        correct_hidden(space, found, staff_id)
        return
    user_id = user_id_of(identity)
    participation = Participation.objects.filter(space=space, user_id=user_id).first() if user_id else None
    correct_participant(space, found, participation)


def space_of_room(room: str) -> Space | None:
    """The live Space whose current session this LiveKit room is, or None."""
    name, _, session = room.rpartition(".")
    try:
        space_id, number = UUID(name), int(session)
    except ValueError:
        return None
    return Space.objects.live().filter(pk=space_id, session=number).first()


def sound_end(*, user_id: int) -> None:
    """Take somebody out of the sound of the Space they are in, and leave them their place: a session of theirs has ended, and
    nobody knows whether it was the one that they hear with. A client that may come back asks for a new token at once.
    """
    inside = Space.objects.live().filter(
        participations__user_id=user_id, participations__left_at__isnull=True
    )
    for space in inside:
        sfu.quietly(partial(sfu.remove, space.audio_room, identity_of(user_id)))
