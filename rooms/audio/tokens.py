"""Tokens for LiveKit.

A token cannot be taken back: whoever holds one can use it until it expires. So it lives shortly, opens one room of one
session under one identity, joins hidden, and never carries the right to publish (that comes by `sfu.set_rights`).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from livekit import api

from rooms.models import Space


@dataclass(frozen=True)
class AudioTicket:
    """What a client needs to connect to the sound of a Space."""

    url: str
    token: str
    room: str
    identity: str
    expires_at: datetime


def identity_of(user_id: int) -> str:
    """A person's name in LiveKit; another connection under the same one replaces the older."""
    return str(user_id)


def user_id_of(identity: str) -> int | None:
    """The person behind a LiveKit identity, or None when we never gave that identity out."""
    return int(identity) if identity.isascii() and identity.isdigit() and len(identity) < 19 else None


def guest_identity(key: str) -> str:
    """A guest's name in LiveKit (rooms.guests)."""
    return f"guest-{key}"


def guest_key_of(identity: str) -> str | None:
    """The key of the guest behind a LiveKit identity, or None when it is no guest's."""
    return identity.removeprefix("guest-") if identity.startswith("guest-") else None


def hidden_identity(user_id: int) -> str:
    """The name in LiveKit of one of staff who listens hidden: another than as a listener, so that both can be."""
    return f"staff-{user_id}"


def hidden_id_of(identity: str) -> int | None:
    """The person behind a hidden listener's identity, or None when it is no such one."""
    return user_id_of(identity.removeprefix("staff-")) if identity.startswith("staff-") else None


def audio_ticket(*, space: Space, user_id: int, now: datetime) -> AudioTicket | None:
    """A ticket into the room of `space`, or None where this installation has no audio server."""
    return _ticket(space, identity_of(user_id), now)


def guest_audio_ticket(*, space: Space, key: str, now: datetime) -> AudioTicket | None:
    """As `audio_ticket`, for a guest: the same, as no token of ours lets anybody be seen or heard."""
    return _ticket(space, guest_identity(key), now)


def hidden_audio_ticket(*, space: Space, user_id: int, now: datetime) -> AudioTicket | None:
    """As `audio_ticket`, for one of staff who listens hidden."""
    return _ticket(space, hidden_identity(user_id), now)


def _ticket(space: Space, identity: str, now: datetime) -> AudioTicket | None:
    if not settings.LIVEKIT_URL:
        return None
    life = timedelta(seconds=settings.LIVEKIT_TOKEN_SECONDS)
    grants = api.VideoGrants(
        room_join=True,
        room=space.audio_room,
        hidden=True,
        can_publish=False,
        can_publish_data=False,
        can_subscribe=True,
        can_update_own_metadata=False,
    )
    token = (
        api.AccessToken(settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET)
        .with_identity(identity)
        .with_grants(grants)
        .with_ttl(life)
    )
    return AudioTicket(settings.LIVEKIT_WS_URL, token.to_jwt(), space.audio_room, identity, now + life)
