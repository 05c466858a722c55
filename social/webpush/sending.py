"""One message to one browser."""

import contextlib
import http.client
import socket
import ssl
import threading
import time
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from urllib.parse import urlsplit

from http_ece import ECEException
from py_vapid import Vapid02
from pywebpush import WebPusher, WebPushException

from social.webpush.addresses import AddressRefused, check_endpoint, connect

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

    It takes `timeout` seconds at most, besides finding the host. Redirects are not followed, proxies not used, and nothing of
    the answer but its status is read.
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
        status = _post(browser.endpoint, body, headers, timeout)
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


def _post(url: str, body: bytes, headers: dict[str, str], timeout: float) -> int:
    parts = urlsplit(url)
    assert parts.hostname is not None
    is_tls = parts.scheme == "https"
    port = parts.port or (443 if is_tls else 80)
    connection = _Connection(parts.hostname, port, is_tls=is_tls, timeout=timeout)
    # A time-out of sockets is one of each step: who answers byte by byte would hold us for hours.
    end = threading.Timer(timeout, connection.cut)
    end.daemon = True
    end.start()
    try:
        path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
        connection.request("POST", path, body, headers)
        return connection.getresponse().status
    finally:
        end.cancel()
        connection.close()


class _Connection(http.client.HTTPConnection):
    """Connects to addresses that were checked, and to no other."""

    def __init__(self, host: str, port: int, *, is_tls: bool, timeout: float) -> None:
        super().__init__(host, port, timeout=timeout)
        self._is_tls = is_tls
        self._patience = timeout
        if is_tls:
            # What is left out of the Host header.
            self.default_port = 443

    def connect(self) -> None:
        made = connect(self.host, self.port, self._patience)
        self.sock = made
        if self._is_tls:
            # The name is what the certificate is checked against, whatever the address. The handshake comes after the
            # assignment, so that it can be cut off, too.
            secured = _tls().wrap_socket(made, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = secured
            secured.do_handshake()

    def cut(self) -> None:
        """End the connection from another thread: whoever waits for it gets an OSError, or an answer that is cut off."""
        sock = self.sock
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()
