"""Words about Spaces, as bubbles and pages say them."""

from datetime import UTC, datetime
from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.ui import duration, first_name
from rooms.models import Space
from rooms.selectors.tickets import ticket_card
from rooms.services.lifecycle import duration_seconds
from spaces_project.lib import dates

register = template.Library()

_LANGUAGES = dict(settings.SPACES_LANGUAGES)


def _more(bubble: dict[str, Any]) -> int:
    return max(0, len(bubble["people"]) - 1) + int(bubble["others"])


@register.filter
def bubble_name(bubble: dict[str, Any]) -> str:
    """ "Maya", or "Maya + 3" with three more on stage."""
    name = first_name(bubble["people"][0]) if bubble["people"] else _("Live")
    more = _more(bubble)
    return f"{name} + {more}" if more else name


@register.filter
def bubble_label(bubble: dict[str, Any]) -> str:
    """What a screen reader says: "Maya and 3 others are live: Morning jazz"."""
    name = first_name(bubble["people"][0]) if bubble["people"] else _("A Space")
    more = _more(bubble)
    who = _("{name} is live").format(name=name)
    if more:
        who = ngettext("{name} and {n} other are live", "{name} and {n} others are live", more).format(
            name=name, n=more
        )
    return f"{who}: {bubble['title']}"


@register.filter
def language_name(code: str) -> str:
    """The language's own name: "Deutsch" for "de"."""
    return _LANGUAGES.get(code, code)


@register.filter
def ended_words(space: Space) -> str:
    """How an ended Space ended, in a sentence: "Maya ended this Space after 42 minutes." """
    after = lasted(space)
    name = first_name(space.host)
    if space.end_reason == Space.EndReason.STAFF:
        return _("This Space was ended by staff after {after}.").format(after=after)
    if space.end_reason == Space.EndReason.HOST_LEFT:
        return _("{name} left, and this Space ended after {after}.").format(name=name, after=after)
    return _("{name} ended this Space after {after}.").format(name=name, after=after)


@register.filter
def iso(moment: datetime) -> str:
    """A moment as machines read it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


@register.filter
def starts_words(moment: datetime, now: datetime) -> str:
    """How far a start is away: "in 3 days", "in 2 hours", "in 5 minutes", "any moment now". The client counts on from it."""
    return dates.ahead((moment - now).total_seconds())


@register.filter
def ticket_price(space: Space) -> dict[str, Any] | None:
    """What a ticket costs (rooms.selectors.tickets.ticket_card); None where everybody gets in free."""
    return ticket_card(space)


@register.filter
def ticket_words(space: Space) -> str:
    """ "$5 ticket", or "" where everybody gets in free."""
    ticket = ticket_card(space)
    return ticket["words"] if ticket else ""


@register.filter
def lasted(space: Space) -> str:
    """How long an ended Space was on air, in words."""
    return duration(duration_seconds(space))
