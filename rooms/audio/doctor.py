"""LiveKit, for `manage.py doctor`: reachable, with our key, the right clock, closed to strangers, and its webhooks arriving."""

import secrets
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import redis
from django.conf import settings
from livekit import api

from rooms.audio import sfu
from spaces_project.lib import heartbeats
from spaces_project.lib.health import Finding, clock, note, ok, wrong

_WEBHOOK_SECONDS = 5.0
_SECRET_LENGTH = 32


def livekit(now: datetime) -> Iterator[Finding]:
    """All of it; the rest is left out once it does not answer."""
    if not settings.LIVEKIT_URL:
        yield note(
            "LiveKit", "None is set: the site is without sound.", "Set LIVEKIT_URL (docs/operation.md)."
        )
        return
    try:
        sfu.answers()
    except sfu.AudioKeyRefused:
        yield wrong(
            "LiveKit",
            "It answers, and does not take our key: nobody hears anything.",
            "Set LIVEKIT_API_KEY and LIVEKIT_API_SECRET to a pair of `keys:` in livekit.yaml.",
        )
        return
    except sfu.AudioUnavailable as error:
        yield wrong(
            "LiveKit",
            f"{settings.LIVEKIT_URL} does not answer: {error}",
            "Start it, and look at LIVEKIT_URL and the firewall between the two.",
        )
        return
    yield ok("LiveKit", f"{settings.LIVEKIT_URL} answers and takes our key")
    if len(settings.LIVEKIT_API_SECRET) < _SECRET_LENGTH:
        yield wrong(
            "LiveKit", "Its secret can be guessed.", f"Use one of {_SECRET_LENGTH} characters or more."
        )
    yield from _for_browsers()
    yield from _its_clock()
    yield from _closed_to_strangers()
    yield from _webhooks()


def _for_browsers() -> Iterator[Finding]:
    at = urlsplit(settings.LIVEKIT_WS_URL)
    if at.scheme not in ("ws", "wss"):
        yield wrong(
            "LIVEKIT_WS_URL",
            f"{settings.LIVEKIT_WS_URL!r} is no address for browsers.",
            "Set it to wss://audio.your.name.",
        )
    elif settings.SITE_URL.startswith("https://") and at.scheme != "wss":
        yield wrong(
            "LIVEKIT_WS_URL",
            "Browsers on an https page open no ws://.",
            "Pass wss:// through the proxy to LiveKit, and set LIVEKIT_WS_URL=wss://….",
        )


def _its_clock() -> Iterator[Finding]:
    try:
        with urllib.request.urlopen(settings.LIVEKIT_URL, timeout=5) as answer:  # noqa: S310  (from the settings)
            said = answer.headers.get("Date")
    except (OSError, ValueError):
        return
    if said:
        # Whole seconds: half of one on average is lost.
        there = parsedate_to_datetime(said) + timedelta(seconds=0.5)
        yield from clock("LiveKit's clock", (there - datetime.now(UTC)).total_seconds())


def _closed_to_strangers() -> Iterator[Finding]:
    """A room that nobody has made must not open by itself: a token for a Space that has ended would open one."""
    grants = api.VideoGrants(room_join=True, room=f"doctor-{secrets.token_hex(8)}")
    token = (
        api.AccessToken(settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET)
        .with_identity("doctor")
        .with_grants(grants)
        .with_ttl(timedelta(seconds=30))
        .to_jwt()
    )
    request = urllib.request.Request(  # noqa: S310  (from the settings)
        f"{settings.LIVEKIT_URL}/rtc/validate", headers={"Authorization": f"Bearer {token}"}
    )
    try:
        with urllib.request.urlopen(request, timeout=5):  # noqa: S310
            pass
    except urllib.error.HTTPError as error:
        if error.code == 404:
            yield ok("LiveKit", "opens no room by itself")
        return
    except OSError:
        return
    yield wrong(
        "LiveKit",
        "It opens rooms by itself: a token for a Space that has ended opens one.",
        "Set `room: {auto_create: false}` in livekit.yaml and start it anew.",
    )


def _webhooks() -> Iterator[Finding]:
    """Make a room, of which LiveKit then tells: does it arrive here?"""
    room = f"doctor-{secrets.token_hex(8)}"
    began = time.monotonic()
    try:
        before = heartbeats.ages().get("webhook:livekit")
        sfu.create_room(room)
        arrived = False
        while not arrived and time.monotonic() - began < _WEBHOOK_SECONDS:
            time.sleep(0.1)
            age = heartbeats.ages().get("webhook:livekit")
            arrived = age is not None and age < time.monotonic() - began
        sfu.delete_room(room)
    except (redis.RedisError, sfu.AudioUnavailable) as error:
        yield note("Webhooks", f"Whether LiveKit's arrive cannot be told: {type(error).__name__}.")
        return
    if arrived:
        yield ok("Webhooks", "LiveKit's arrive")
        return
    last = "None ever did" if before is None else f"The last one came {before:.0f} s ago"
    yield note(
        "Webhooks",
        f"LiveKit's do not arrive. {last}. Rights come up to 3 s later than they could.",
        f"In livekit.yaml: webhook: {{api_key: {settings.LIVEKIT_API_KEY}, "
        f'urls: ["{settings.SITE_URL}/webhooks/livekit/"]}}, or the address at which LiveKit reaches a web process.',
    )
