"""People without an account who listen by link, where the host allows it. They count, and can do nothing else."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from rooms import guests, presence
from rooms.audio import sfu
from rooms.audio.tokens import AudioTicket, guest_audio_ticket, guest_identity
from rooms.errors import GuestSignedIn
from rooms.gates import Viewer, pass_gates
from rooms.models import Participation, Role, Space
from spaces_project.lib import metrics


@dataclass(frozen=True)
class GuestJoined:
    """What a guest gets: a token to come back with, and the way to the sound (None without an audio server)."""

    space: Space
    key: str
    token: str
    expires_at: datetime
    audio: AudioTicket | None


def guest_join(*, space: Space, user: Viewer, guest_key: str, now: datetime) -> GuestJoined:
    """Let a guest in, or in again.

    Whoever has an account joins with it, and is kept out by it: GuestSignedIn. Raises what the gates refuse with
    (SpaceEnded, GuestsNotAllowed, SpaceLocked, …).
    """
    if user.is_authenticated:
        raise GuestSignedIn()
    space = _entered(space, guest_key, now)
    token, expires_at = guests.token_for(space.pk, guest_key, now=now)
    metrics.JOINS.labels("guest").inc()
    audio = guest_audio_ticket(space=space, key=guest_key, now=now)
    return GuestJoined(space, guest_key, token, expires_at, audio)


def guest_present(*, space: Space, user: Viewer, token: str, now: datetime) -> str:
    """A client says that it is where the guest listens. Returns their member of presence.

    Raises GuestTokenInvalid, GuestSignedIn for a `user` with an account, and what the gates refuse with.
    """
    if user.is_authenticated:
        raise GuestSignedIn()
    key = guests.key_of_token(space.pk, token, now=now)
    _entered(space, key, now)
    return guests.member_of(key)


def guest_leave(*, space: Space, token: str, now: datetime) -> None:
    """A guest goes. Raises GuestTokenInvalid."""
    key = guests.key_of_token(space.pk, token, now=now)
    presence.drop(space.pk, [guests.member_of(key)])
    room, identity = space.audio_room, guest_identity(key)
    sfu.quietly(lambda: sfu.remove(room, identity))


def correct_guest(space: Space, found: sfu.AudioParticipant, key: str) -> bool:
    """Throw a guest out of LiveKit's room who has no place in it. Returns whether they may stay.

    Raises AudioUnavailable.
    """
    welcome = space.guests_allowed and guests.is_key_of(space.pk, key)
    if welcome and not found.may_publish:
        return True
    sfu.remove(space.audio_room, found.identity)
    return False


def _entered(space: Space, key: str, now: datetime) -> Space:
    """The Space as it is now, once the gates have let this guest pass and they are seen."""
    space = Space.objects.select_related("host").get(pk=space.pk)
    pass_gates(space, AnonymousUser(), _earlier(space, key, now))
    presence.touch(space.pk, [guests.member_of(key)], now)
    return space


def _earlier(space: Space, key: str, now: datetime) -> Participation | None:
    """What makes a guest who is in the Space now no newcomer to its gates."""
    here = presence.is_seen(space.pk, guests.member_of(key), now)
    return Participation(space=space, role=Role.LISTENER) if here else None
