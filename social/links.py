"""What stands in the words people write: handles, addresses, and the Space that one of those leads to."""

import re
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings

# A handle after anything that is no part of an address or of an e-mail address.
MENTION = re.compile(r"(?<![\w@/.+-])@([A-Za-z0-9_]{2,20})(?![\w@])")
# Addresses of the web alone: "javascript:" and its like are words as any others.
ADDRESS = re.compile(r"\bhttps?://[^\s<>\"'`\\]+", re.IGNORECASE)
_SPACE_PATH = re.compile(
    r"(?<![\w/.:])/spaces/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/?(?![\w-])",
    re.IGNORECASE,
)
# What ends a sentence rather than an address.
_TRAILING = ".,:;!?…»”’'\""
_BRACKETS = {")": "(", "]": "[", "}": "{"}


def mentions(text: str, *, most: int) -> list[str]:
    """The handles that `text` names, in lower case, each once, in their order: the first `most`."""
    found = (match[1].lower() for match in MENTION.finditer(ADDRESS.sub(" ", text)))
    return list(dict.fromkeys(found))[:most]


def address_in(found: str) -> str:
    """An address without what follows it in the sentence: "https://a.example/b)." is "https://a.example/b"."""
    while found:
        last = found[-1]
        if last in _TRAILING or (last in _BRACKETS and found.count(last) > found.count(_BRACKETS[last])):
            found = found[:-1]
        else:
            break
    return found


def space_in(text: str) -> UUID | None:
    """The id in the first link to a Space of this site: its whole address, or the bare path. It may be none that exists."""
    site = urlsplit(settings.SITE_URL)
    for match in ADDRESS.finditer(text):
        try:
            address = urlsplit(address_in(match[0]))
        except ValueError:
            continue
        if address.netloc.lower() == site.netloc.lower() and (path := _SPACE_PATH.match(address.path)):
            return UUID(path[1])
    path = _SPACE_PATH.search(ADDRESS.sub(" ", text))
    return UUID(path[1]) if path else None


def from_notification(url: str) -> str:
    """A path of this site; one of a Space says that a notification led there (`rooms.models.CameFrom`)."""
    return f"{url}?from=notification" if _SPACE_PATH.fullmatch(url) else url
