"""What the card of a Space says, and nothing that changes from one listener to the next."""

import hashlib
from contextlib import AbstractContextManager
from dataclasses import astuple, dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from rooms.models import Space
from rooms.selectors.tickets import ticket_card
from spaces_project.lib import dates
from spaces_project.lib.languages import is_language

# Rises when cards are drawn differently: what was kept before is then drawn anew.
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Card:
    """All that is on a card. `picture` names the host's file in storage, or is ""; `badge` is "Live" for one on air."""

    title: str
    badge: str
    is_live: bool
    when: str
    host_id: int
    host_name: str
    host_handle: str
    picture: str

    @property
    def key(self) -> str:
        """Names the card by its content: the same words and picture, the same key (hexadecimal)."""
        return hashlib.sha256(repr((_VERSION, astuple(self))).encode()).hexdigest()[:40]


def card_of(space: Space) -> Card:
    """The card of a Space as it is now, in the Space's language. No query: `space.host` is loaded."""
    with card_language(space):
        badge, when = state_words(space)
    return Card(
        title=space.title,
        badge=badge,
        is_live=space.is_live,
        when=when,
        host_id=space.host_id,
        host_name=space.host.display_name,
        host_handle=space.host.handle,
        picture=space.host.picture.name or "",
    )


def card_language(space: Space) -> AbstractContextManager[None]:
    """A card is for whoever gets the link: in the Space's language if the product speaks it, else in the site's."""
    return translation.override(space.language if is_language(space.language) else settings.LANGUAGE_CODE)


def state_words(space: Space) -> tuple[str, str]:
    """The badge, and the words beside it."""
    match space.state:
        case Space.State.LIVE:
            return _("Live"), _priced(space, _("Tap to listen"))
        case Space.State.SCHEDULED:
            return _("Upcoming"), _priced(space, _moment(space.scheduled_at, space.time_zone))
        case Space.State.CANCELLED:
            return _("Cancelled"), _moment(space.scheduled_at, space.time_zone)
        case Space.State.EXPIRED:
            return _("Did not start"), _moment(space.scheduled_at, space.time_zone)
    return _("Ended"), _day(space.ended_at, space.time_zone)


def _priced(space: Space, words: str) -> str:
    """With what a ticket costs, where it costs something."""
    ticket = ticket_card(space)
    return f"{words} · {ticket['words']}" if ticket else words


def _moment(moment: datetime | None, zone: str) -> str:
    """ "Friday 20 November, 19:00 CET": in the zone the host chose, or in UTC."""
    if moment is None:
        return ""
    local = moment.astimezone(_zone(zone))
    return f"{dates.long_day_and_time(local)} {local.tzname()}"


def _day(moment: datetime | None, zone: str) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(_zone(zone))
    return dates.long_day(local)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
