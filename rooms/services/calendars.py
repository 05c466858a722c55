"""Calendars: the file of one Space, the feed of a person (RFC 5545, RFC 7986), and the secret in its address."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext
from icalendar import Calendar, Event, vCalAddress, vText

from accounts.models import User
from rooms.models import CalendarFeed, Space
from spaces_project.lib.errors import NotFound

# Nobody says how long a Space will be.
ASSUMED_LENGTH = timedelta(hours=1)
_REFRESH = timedelta(hours=1)
_CALLED_OFF = (Space.State.CANCELLED, Space.State.EXPIRED)


def calendar_feed(*, user: User, now: datetime) -> CalendarFeed:
    """`user`'s feed; its secret is made when first asked for."""
    feed, _ = CalendarFeed.objects.get_or_create(
        user=user, defaults={"secret": _new_secret(), "created_at": now}
    )
    return feed


def calendar_feed_reset(*, user: User, now: datetime) -> CalendarFeed:
    """Give the feed another address; the old one leads nowhere from now on."""
    with transaction.atomic():
        feed, _ = CalendarFeed.objects.update_or_create(
            user=user, defaults={"secret": _new_secret(), "created_at": now}
        )
    return feed


def _new_secret() -> str:
    """32 random bytes, as 43 characters that may stand in an address."""
    return secrets.token_urlsafe(32)


def feed_url(feed: CalendarFeed) -> str:
    """The whole address of the feed: whoever has it can read the calendar."""
    return settings.SITE_URL + reverse("calendar-feed", args=[feed.secret])


def space_calendar(space: Space) -> bytes:
    """One announced Space as a file. Raises NotFound for one that never was."""
    return _calendar([space]).to_ical()


def person_calendar(spaces: Iterable[Space]) -> bytes:
    """The feed of somebody's Spaces, which calendars fetch again every hour or so."""
    calendar = _calendar(spaces)
    calendar.add("name", "Spaces")
    # The same for those that know no RFC 7986: Apple, Outlook, Google.
    calendar.add("x-wr-calname", "Spaces")
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    return calendar.to_ical()


def _calendar(spaces: Iterable[Space]) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", "-//Spaces//Calendar//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    # Nobody is asked to answer (RFC 5546, 3.2.1).
    calendar.add("method", "PUBLISH")
    for space in spaces:
        calendar.add_component(_event(space))
    return calendar


def _event(space: Space) -> Event:
    """A Space as an event: the same `UID` in the file and in each feed, whatever changes, so that it is updated in place."""
    if space.scheduled_at is None:
        raise NotFound(gettext("This Space was never announced: there is nothing to put into a calendar."))
    url = settings.SITE_URL + space.get_absolute_url()
    changed_at = _changed_at(space)
    event = Event()
    event.add("uid", f"{space.pk}@{urlsplit(settings.SITE_URL).hostname}")
    event.add("sequence", space.sequence)
    # Without a request to anybody both say when the event was last revised (3.8.7.2).
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("created", space.created_at)
    # In UTC: right in every zone, and across every change of the clocks.
    event.add("dtstart", space.scheduled_at)
    event.add("dtend", space.scheduled_at + ASSUMED_LENGTH)
    event.add("summary", space.title)
    event.add("description", "\n\n".join(filter(None, [space.description, url])))
    event.add("url", url)
    event["organizer"] = _organizer(space.host)
    event.add("status", "CANCELLED" if space.state in _CALLED_OFF else "CONFIRMED")
    # A talk one may listen to keeps nobody from a meeting.
    event.add("transp", "TRANSPARENT")
    return event


def _organizer(host: User) -> vCalAddress:
    """The host by name; their address here is their profile, nobody's e-mail is given away."""
    organizer = vCalAddress(settings.SITE_URL + host.get_absolute_url())
    organizer.params["CN"] = vText(host.display_name)
    return organizer


def _changed_at(space: Space) -> datetime:
    moments = [space.created_at, space.announced_at, space.ended_at if space.state in _CALLED_OFF else None]
    return max(moment for moment in moments if moment is not None)
