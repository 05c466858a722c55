"""Moments and lengths in the reader's language. Zones are the caller's business: moments come as they are to be shown."""

from datetime import date, datetime

from django.utils import formats
from django.utils.dateformat import format as formatted
from django.utils.translation import gettext, ngettext, pgettext

_MINUTE, _HOUR, _DAY = 60, 60 * 60, 24 * 60 * 60


def day_and_time(local: datetime) -> str:
    """ "Fri 3 May, 18:00"."""
    return formatted(local, pgettext("format", "D j M, H:i"))


def day_and_time_of_year(local: datetime) -> str:
    """ "Fri 3 May 2026, 18:00"."""
    return formatted(local, pgettext("format", "D j M Y, H:i"))


def long_day_and_time(local: datetime) -> str:
    """ "Friday 3 May, 18:00"."""
    return formatted(local, pgettext("format", "l j F, H:i"))


def long_day(day: date) -> str:
    """ "3 May 2026", the month in full."""
    return formatted(day, pgettext("format", "j F Y"))


def precise(local: datetime) -> str:
    """ "3 May 2026, 18:00 CEST"."""
    return formatted(local, pgettext("format", "j F Y, H:i T"))


def short_day(day: date, *, with_year: bool) -> str:
    """ "12 Mar" or "12 Mar 2024"."""
    return formatted(day, pgettext("format", "j M Y") if with_year else pgettext("format", "j M"))


def ago(seconds: float) -> str | None:
    """ "just now", "5 min ago", "3 h ago", "yesterday", "4 days ago"; None for a week and more."""
    if seconds < _MINUTE:
        return gettext("just now")
    if seconds < _HOUR:
        return gettext("{n} min ago").format(n=int(seconds // _MINUTE))
    if seconds < _DAY:
        return gettext("{n} h ago").format(n=int(seconds // _HOUR))
    if seconds < 2 * _DAY:
        return gettext("yesterday")
    days = int(seconds // _DAY)
    return ngettext("{n} day ago", "{n} days ago", days).format(n=days) if days < 7 else None


def ahead(seconds: float) -> str:
    """ "any moment now", "in 5 minutes", "in 2 hours", "in 3 days"."""
    minutes, hours, days = int(seconds // _MINUTE), int(seconds // _HOUR), int(seconds // _DAY)
    if minutes < 1:
        return gettext("any moment now")
    if hours < 1:
        return ngettext("in {n} minute", "in {n} minutes", minutes).format(n=minutes)
    if days < 1:
        return ngettext("in {n} hour", "in {n} hours", hours).format(n=hours)
    return ngettext("in {n} day", "in {n} days", days).format(n=days)


def length(seconds: float) -> str:
    """ "42 minutes", "1 hour 5 minutes", "less than a minute"."""
    minutes = int(seconds) // _MINUTE
    if minutes < 1:
        return gettext("less than a minute")
    hours, minutes = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("{n} hour", "{n} hours", hours).format(n=hours))
    if minutes:
        parts.append(ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes))
    return " ".join(parts)


def number(value: int) -> str:
    """A whole number with its thousands apart: "12,345"."""
    return formats.number_format(value, force_grouping=True)
