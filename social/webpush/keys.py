"""The site's own key pair (VAPID): push services take messages for a subscription only from whoever it was made for."""

import logging
import os
import secrets
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from py_vapid import Vapid02

from social.webpush import encoding

logger = logging.getLogger(__name__)

_FILE = "vapid.key"
_PRIVATE_BYTES = 32


def vapid() -> Vapid02 | None:
    """The key that signs our messages; None where push is off: no key is set, and DEBUG is off.

    Raises ImproperlyConfigured, naming the variable, when a key cannot be read or the two are not a pair.
    """
    private = settings.VAPID_PRIVATE_KEY or (_development_key(settings.VAR_DIR) if settings.DEBUG else "")
    return _vapid(private, settings.VAPID_PUBLIC_KEY) if private else None


def public_key() -> str:
    """The key that browsers subscribe with, in base64url; "" where push is off."""
    key = vapid()
    return "" if key is None else _public_of(key)


def new_pair() -> tuple[str, str]:
    """A new private and public key, both in base64url."""
    key = Vapid02(ec.generate_private_key(ec.SECP256R1()))
    number = key.private_key.private_numbers().private_value
    return encoding.encode(number.to_bytes(_PRIVATE_BYTES, "big")), _public_of(key)


@lru_cache(maxsize=4)
def _vapid(private: str, public: str) -> Vapid02:
    try:
        raw = encoding.decode(private)
        if len(raw) != _PRIVATE_BYTES:
            raise ValueError("it is not 32 bytes long")
        key = Vapid02(ec.derive_private_key(int.from_bytes(raw, "big"), ec.SECP256R1()))
    except ValueError as error:
        raise ImproperlyConfigured(f"VAPID_PRIVATE_KEY cannot be read: {error}") from error
    if public and public.rstrip("=") != _public_of(key):
        raise ImproperlyConfigured("VAPID_PUBLIC_KEY is not that of VAPID_PRIVATE_KEY.")
    return key


def _public_of(key: Vapid02) -> str:
    point = key.public_key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    return encoding.encode(point)


@lru_cache(maxsize=4)
def _development_key(folder: Path) -> str:
    """The private key kept in `folder`, made at the first need. Of several processes that make one, all use the first."""
    file = folder / _FILE
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        ours = folder / f".{_FILE}.{secrets.token_hex(8)}"
        # Written whole beside it, then linked: the name is there with all of its content, or not at all.
        with os.fdopen(os.open(ours, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as written:
            written.write(new_pair()[0])
        try:
            file.hardlink_to(ours)
            logger.info("Made a key for web push: %s", file)
        except FileExistsError:
            pass
        finally:
            ours.unlink()
    return file.read_text().strip()
