"""Who a guest is: a key, made by us for one Space, and nothing else.

Keys are signed within themselves, so that a guest in LiveKit or in presence is known without being kept anywhere. A
token proves to us that a client holds a key; it opens one Space for `SPACES_GUEST_TOKEN_SECONDS`.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.utils.crypto import constant_time_compare, salted_hmac

from rooms.errors import GuestTokenInvalid
from rooms.presence import GUEST

_SALT = "rooms.guests"
_NONCE_LENGTH = 24
_SIGNATURE_LENGTH = 24
_TOKEN_MAX_LENGTH = 400


def key_for(space_id: UUID, browser: str) -> str:
    """The key of whoever holds `browser` (the secret in their cookie) in this Space; in another one it is another."""
    return _signed(space_id, salted_hmac(f"{_SALT}.key", f"{browser}:{space_id}").hexdigest()[:_NONCE_LENGTH])


def is_key_of(space_id: UUID, key: str) -> bool:
    """Whether we made this key, for this Space."""
    return key.isascii() and constant_time_compare(key, _signed(space_id, key[:_NONCE_LENGTH]))


def member_of(key: str) -> str:
    """The guest as a member of presence (rooms.presence)."""
    return f"{GUEST}{key}"


def token_for(space_id: UUID, key: str, *, now: datetime) -> tuple[str, datetime]:
    """A token that proves the key, and when it expires."""
    expires_at = now + timedelta(seconds=settings.SPACES_GUEST_TOKEN_SECONDS)
    held = {"space": str(space_id), "key": key, "until": int(expires_at.timestamp())}
    return signing.dumps(held, salt=_SALT, compress=False), expires_at


def key_of_token(space_id: UUID, token: str, *, now: datetime | None) -> str:
    """The key that a token proves; without `now` an old one does so too (it is to be renewed).

    Raises GuestTokenInvalid for one that is forged, too old, or of another Space.
    """
    if len(token) > _TOKEN_MAX_LENGTH or not token.isascii():
        raise GuestTokenInvalid()
    try:
        held = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError) as error:
        raise GuestTokenInvalid() from error
    if held["space"] != str(space_id) or (now is not None and held["until"] <= now.timestamp()):
        raise GuestTokenInvalid()
    key: str = held["key"]
    return key


def _signed(space_id: UUID, nonce: str) -> str:
    signature = salted_hmac(f"{_SALT}.signature", f"{nonce}:{space_id}").hexdigest()
    return nonce + signature[:_SIGNATURE_LENGTH]
