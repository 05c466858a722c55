"""One message to one browser."""

import http.client
import ssl
import time
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from http_ece import ECEException
from py_vapid import Vapid02
from pywebpush import WebPusher, WebPushException

from spaces_project.lib.addresses import AddressRefused, check_endpoint
from spaces_project.lib.outgoing import post

# What push services take is 4096 bytes with the encryption's own (RFC 8291, 4).
MOST_BYTES = 3800
# A signature may be good for a day at most (RFC 8292, 2).
_SIGNED_SECONDS = 12 * 3600


class Outcome(Enum):
    """What became of a message: the push service has it, there is no such browser any more, or it may work later."""

    TAKEN = "taken"
    GONE = "gone"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Browser:
    """Where a message goes, and the keys that it alone can read it with (base64url)."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent. `topic` names it: a later one of the same topic takes its place while it waits (RFC 8030, 5.4)."""

    body: bytes
    ttl: int
    topic: str
    urgent: bool


def push(
    browser: Browser, message: Message, *, key: Vapid02, subject: str, timeout: float
) -> tuple[Outcome, str]:
    """Send `message`; return what became of it and, unless it was taken, why. Never raises for what is out there.

    How it goes out: spaces_project.lib.outgoing.
    """
    try:
        # Again: rows are older than rules.
        parts = urlsplit(check_endpoint(browser.endpoint))
        body = WebPusher(
            {"endpoint": browser.endpoint, "keys": {"p256dh": browser.p256dh, "auth": browser.auth}}
        ).encode(message.body)["body"]
        headers = {
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(message.ttl),
            "Topic": message.topic,
            "Urgency": "high" if message.urgent else "normal",
            **key.sign(
                {
                    "aud": f"{parts.scheme}://{parts.netloc}",
                    "sub": subject,
                    "exp": int(time.time()) + _SIGNED_SECONDS,
                }
            ),
        }
        status = post(browser.endpoint, body, headers, timeout=timeout)
    except AddressRefused as error:
        return Outcome.GONE, f"refused: {error}"
    except ssl.SSLCertVerificationError as error:
        return Outcome.LATER, f"certificate: {error.verify_message}"
    except (OSError, http.client.HTTPException, UnicodeError) as error:
        return Outcome.LATER, f"{type(error).__name__}: {error}"
    except (ValueError, IndexError, WebPushException, ECEException) as error:
        # No browser can ever read with keys that cannot be written with.
        return Outcome.GONE, f"keys: {error}"
    return outcome_of(status), f"the push service answered {status}"


def outcome_of(status: int) -> Outcome:
    """What a push service's answer means (RFC 8030, 5 and 7.3)."""
    if 200 <= status < 300:
        return Outcome.TAKEN
    if status in (404, 410):
        return Outcome.GONE
    if status in (408, 425, 429) or status >= 500:
        return Outcome.LATER
    return Outcome.REFUSED
