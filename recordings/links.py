"""Signed links to files of recordings: whoever has one can fetch that one file for some hours, and nothing else.

What a page or the API gives out is bound to nobody, since players of apps send no session; it is given to those alone who
may hear the replay. Deleting the file ends every link to it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse

from recordings.errors import LinkExpired, LinkNotFound

_SALT = "recordings.links"
MIX, TRACK = "mix", "track"


@dataclass(frozen=True, slots=True)
class Link:
    """An address on this site, and until when it works."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link leads to: the file of a row (`what`: mix or track, with the row's key); `name` saves it under that."""

    what: str
    key: int
    revision: int
    name: str


def link_to(what: str, key: int, *, revision: int, now: datetime, name: str = "") -> Link:
    """A link to a file, for `RECORDINGS_LINK_SECONDS` from `now`. With `name` browsers save it under that name."""
    expires_at = now + timedelta(seconds=settings.RECORDINGS_LINK_SECONDS)
    token = signing.dumps([what, key, revision, name, int(expires_at.timestamp())], salt=_SALT)
    return Link(reverse("recording-file", args=[token]), expires_at)


def linked(token: str, *, now: datetime) -> Linked:
    """What somebody's link leads to. Raises LinkNotFound for what we have not signed, LinkExpired."""
    try:
        what, key, revision, name, until = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        raise LinkNotFound() from None
    if now.timestamp() >= until:
        raise LinkExpired()
    return Linked(what, key, revision, name)
