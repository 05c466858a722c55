"""How a webhook is signed: as Standard Webhooks says, so that there is a library for it in most languages."""

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from uuid import UUID

_PREFIX = "whsec_"
_SECRET_BYTES = 32


def new_secret() -> str:
    """A secret of 256 random bits."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def headers(*, secret: str, event_id: UUID, body: bytes, now: datetime) -> dict[str, str]:
    """What goes with a body: `webhook-id` (the same each time it is sent), `webhook-timestamp` (of this time), and
    `webhook-signature`, an HMAC of SHA-256 over both and the body, in base64 behind `v1,`."""
    moment = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{event_id}.{moment}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {
        "webhook-id": str(event_id),
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{signature}",
    }
