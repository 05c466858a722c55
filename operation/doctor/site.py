"""Settings and secrets, and the site as a browser meets it."""

import http.client
import secrets
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.http.request import validate_host

from spaces_project.lib.health import Finding, note, ok, wrong

_SECRET_LENGTH = 50
_TIMEOUT_SECONDS = 5
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def is_at_home() -> bool:
    """Whether the site is for this machine alone, where much is forgiven."""
    return urlsplit(settings.SITE_URL).hostname in _LOOPBACK


def secrets_and_debug(now: datetime) -> Iterator[Finding]:
    """What lets strangers in."""
    if settings.DEBUG and not is_at_home():
        yield wrong(
            "DEBUG",
            "It is on, on a site that others reach: they see settings and code when something breaks.",
            "Set DEBUG=0 and start all processes anew.",
        )
    elif settings.DEBUG:
        yield note("DEBUG", "It is on: right for this machine alone, never on the internet.")
    else:
        yield ok("DEBUG", "off")
    key = str(settings.SECRET_KEY)
    if settings.DEBUG and is_at_home():
        return
    if len(key) < _SECRET_LENGTH or len(set(key)) < 10 or key.startswith("development-only"):
        yield wrong(
            "SECRET_KEY",
            "It can be guessed, and who has it can make sessions and tokens.",
            f"Set it to {_SECRET_LENGTH} random characters or more: {secrets.token_urlsafe(48)}",
        )
    else:
        yield ok("SECRET_KEY", "long enough")


def addresses(now: datetime) -> Iterator[Finding]:
    """Where the site says that it is, and what must fit to that."""
    at = urlsplit(settings.SITE_URL)
    if at.scheme not in ("http", "https") or not at.hostname:
        yield wrong("SITE_URL", f"{settings.SITE_URL!r} is no address.", "Set it to https://your.name.")
        return
    if not validate_host(at.hostname, settings.ALLOWED_HOSTS):
        yield wrong(
            "ALLOWED_HOSTS",
            f"{at.hostname} is not in it: every page is answered with 400.",
            f"Set ALLOWED_HOSTS={at.hostname}.",
        )
    if "*" in settings.ALLOWED_HOSTS and not is_at_home():
        yield note(
            "ALLOWED_HOSTS",
            "It lets every name in, so that links in mails can be made to lead elsewhere.",
            f"Set ALLOWED_HOSTS={at.hostname}.",
        )
    if is_at_home():
        return
    if at.scheme != "https":
        yield wrong(
            "HTTPS",
            "The site is served without: browsers give no microphone, and cookies can be read on the way.",
            "Put a proxy with a certificate before it, and set SITE_URL=https://….",
        )
        return
    yield from _behind_https(at)


def _behind_https(at: SplitResult) -> Iterator[Finding]:
    if not settings.SECURE_PROXY_SSL_HEADER:
        yield wrong(
            "BEHIND_PROXY",
            "Not set: the site takes every request for plain http, and everybody for coming from the proxy.",
            "Set BEHIND_PROXY=1, and have the proxy set X-Forwarded-Proto and X-Forwarded-For itself.",
        )
    origin = f"https://{at.netloc}"
    if origin not in settings.CSRF_TRUSTED_ORIGINS:
        yield note(
            "CSRF_TRUSTED_ORIGINS",
            f"{origin} is not in it: forms are refused unless the proxy passes the host's name on.",
            f"Set CSRF_TRUSTED_ORIGINS={origin}.",
        )
    if not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        yield wrong("Cookies", "They are sent without https, too.", "Set SITE_URL to the https address.")
    else:
        yield ok("HTTPS", "cookies are for https alone")
    if not settings.SPACES_STAFF_MFA_REQUIRED:
        yield note(
            "Staff", "They need no second factor for the admin.", "Remove SPACES_STAFF_MFA_REQUIRED=0."
        )


def from_outside(now: datetime) -> Iterator[Finding]:
    """The site as a browser meets it: through the proxy, with its certificate, and with a websocket."""
    at = urlsplit(settings.SITE_URL)
    try:
        status = _asked(at, "/healthz", {})
    except ssl.SSLError as error:
        yield wrong(
            "Certificate",
            f"{at.netloc} has one that browsers refuse: {error.reason}.",
            "Renew it, or mend it.",
        )
        return
    except (OSError, http.client.HTTPException) as error:
        yield wrong(
            "The site",
            f"{settings.SITE_URL} does not answer from here ({type(error).__name__}).",
            "Start a web process and the proxy; look at the name's address and the firewall.",
        )
        return
    if status != 200:
        yield wrong(
            "The site",
            f"{settings.SITE_URL}/healthz is answered with {status}.",
            "Have the proxy pass everything to the web processes, and see their logs.",
        )
        return
    yield ok("The site", f"{settings.SITE_URL} answers")
    upgrade = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": b64encode(secrets.token_bytes(16)).decode(),
        "Origin": settings.SITE_URL,
    }
    try:
        status = _asked(at, "/ws/", upgrade)
    except (OSError, http.client.HTTPException):
        status = 0
    if status == 101:
        yield ok("Websocket", "opens")
        return
    yield wrong(
        "Websocket",
        f"{settings.SITE_URL}/ws/ does not open ({status or 'no answer'}): nothing on a page moves.",
        "Have the proxy pass Upgrade and Connection on for /ws/, and the Origin as it is.",
    )


def _asked(at: SplitResult, path: str, headers: dict[str, str]) -> int:
    """The status with which a path is answered."""
    kind = http.client.HTTPSConnection if at.scheme == "https" else http.client.HTTPConnection
    connection = kind(at.hostname or "", at.port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("GET", path, headers=headers)
        return connection.getresponse().status
    except TimeoutError as error:
        raise socket.gaierror("no answer") from error
    finally:
        connection.close()
