"""What any template may draw: icons, faces, short numbers, times and durations in words."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.template import Context
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import PersonCard, person_card
from spaces_project.lib import dates
from spaces_project.lib.zones import zone_named

register = template.Library()

HUES = 12
_MINUTE, _HOUR, _DAY = 60, 3600, 86400


# Icons that point along the line of reading: mirrored where it runs from right to left (frontend/src/view/icons.ts, too).
TURNING_ICONS = frozenset({"chevron-left", "chevron-right", "leave", "list", "reply", "send", "sign-out"})


@register.simple_tag
def icon(name: str, size: int = 20) -> SafeString:
    """An icon of `frontend/public/icons.svg` by its id; `size` is 16, 20 or 24. It says nothing to screen readers."""
    kind = "icon" if size == 20 else f"icon icon--{size}"
    if name in TURNING_ICONS:
        kind += " icon--turns"
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        kind,
        static("app/icons.svg"),
        name,
    )


@register.simple_tag
def level() -> SafeString:
    """The small moving mark that means sound."""
    return SafeString('<span class="level" aria-hidden="true"><i></i><i></i><i></i></span>')


@register.inclusion_tag("components/avatar.html", takes_context=True)
def avatar(
    context: Context, person: User | PersonCard, size: int = 40, is_link: bool = True
) -> dict[str, Any]:
    """A face that leads to the profile, or into the Space where its person is on a live stage.

    The page's `rings` (`{user id: Space id}`, from `rooms.selectors.live_space_of`) says who is live.
    """
    card = as_card(person)
    rings: Mapping[int, UUID] = context.get("rings") or {}
    return {
        "person": card,
        "size": size,
        "is_link": is_link,
        "space": rings.get(int(card["id"])),
        # Guests are led to the Space's page: joining needs an account.
        "may_join": getattr(context.get("user"), "is_authenticated", False),
        "hue": int(card["id"]) % HUES,
        "initials": initials(card["name"]),
        "profile": reverse("profile", args=[card["handle"]]),
    }


@register.inclusion_tag("components/avatar.html", takes_context=True)
def face(context: Context, person: User | PersonCard, size: int = 40) -> dict[str, Any]:
    """As `avatar`, but no link and silent: for inside of something that is a link and names the person itself."""
    return avatar(context, person, size, is_link=False)


_CHOICES = (CheckboxInput, RadioSelect, CheckboxSelectMultiple)


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """The input of a Django form's field with our class; Django itself names its hint and errors to screen readers."""
    if isinstance(field.field.widget, _CHOICES):
        return field.as_widget()
    # The label says it already; False leaves the attribute out.
    return field.as_widget(attrs={"class": "input", "placeholder": False})


@register.filter
def sentence_case(label: str) -> str:
    """allauth's and Django's "New Password (again)" as "New password (again)"."""
    first, *rest = str(label).split(" ")
    return " ".join([first, *(word.lower() if word.istitle() else word for word in rest)])


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """Whether the label belongs behind the input."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def as_card(person: User | PersonCard) -> PersonCard:
    """A person in short, whichever way they came."""
    return person_card(person) if isinstance(person, User) else person


@register.filter
def first_name(person: User | PersonCard) -> str:
    """The first word of somebody's name."""
    return (as_card(person)["name"].split() or [as_card(person)["handle"]])[0]


_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "CrOS": "Chromebook",
    "Linux": "Linux",
}
# The first that is found: Edge and Opera also say "Chrome", Chrome also says "Safari".
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "FxiOS": "Firefox",
    "CriOS": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}


@register.filter
def device_name(user_agent: str) -> str:
    """A browser and its system in words, "Firefox on Windows"; what says neither is shown as it is, cut short."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS.items() if mark in user_agent), "")
    if browser and system:
        return _("{browser} on {system}").format(browser=browser, system=system)
    return browser or system or user_agent[:40] or _("Unknown device")


@register.filter
def initials(name: str) -> str:
    """Two letters at most: of the first and the last word."""
    words = [word for word in name.split() if word[0].isalnum()] or name.split()
    letters = [words[0][0]] if words else ["?"]
    if len(words) > 1:
        letters.append(words[-1][0])
    return "".join(letters).upper()


@register.filter
def short_count(number: int) -> str:
    """A count in at most four characters: 950, 1.2K, 34K, 5.6M. It is cut, not rounded up: 1,999 is 1.9K."""
    for limit, unit in ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K")):
        if number >= limit:
            tenths = number * 10 // limit
            return (
                f"{tenths // 10}.{tenths % 10}{unit}"
                if tenths < 100 and tenths % 10
                else f"{tenths // 10}{unit}"
            )
    return str(number)


@register.filter
def duration(seconds: float) -> str:
    """A length in words: "42 minutes", "1 hour 5 minutes", "less than a minute"."""
    return dates.length(seconds)


@register.simple_tag
def relative_time(moment: datetime) -> SafeString:
    """A `<time>`: relative near now, else the date; the client keeps it fresh and puts it in local time."""
    local = timezone.localtime(moment)
    return format_html(
        '<time datetime="{}" data-relative title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        dates.precise(local),
        time_words(moment, timezone.now()),
    )


@register.simple_tag(takes_context=True)
def local_time(context: Context, moment: datetime) -> SafeString:
    """A `<time>` with day and hour, "Fri 3 May, 18:00"; the client puts it in local time.

    Here it is in the zone that the reader's browser named last, else in UTC, which is then said.
    """
    zone = getattr(context.get("user"), "time_zone", "")
    local = moment.astimezone(zone_named(zone) if zone else UTC)
    words = dates.day_and_time(local)
    return format_html(
        '<time datetime="{}" data-local title="{}">{}</time>',
        moment.astimezone(UTC).isoformat(timespec="seconds"),
        dates.precise(local),
        words if zone else f"{words} {local.tzname()}",
    )


def time_words(moment: datetime, now: datetime) -> str:
    """The words of `relative_time`: "just now", "5 min ago", "3 h ago", "yesterday", "12 Mar" or "12 Mar 2024"."""
    words = dates.ago((now - moment).total_seconds())
    if words is not None:
        return words
    local = timezone.localtime(moment)
    return dates.short_day(local, with_year=local.year != timezone.localtime(now).year)
