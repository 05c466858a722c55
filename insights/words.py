"""Figures as people read them."""

from datetime import date, datetime, tzinfo

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def count_words(number: float) -> str:
    """ "1,234,567"; halves of ticks are rounded up."""
    return f"{round(number):,}"


def minutes_words(seconds: float) -> str:
    """Seconds as whole minutes: "12,345 min"."""
    return _("%(minutes)s min") % {"minutes": count_words(seconds / 60)}


def time_words(seconds: float) -> str:
    """ "3 h 20 min", "12 min", "40 s": what people spent together."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": count_words(hours), "minutes": minutes}
    return _("%(minutes)s min") % {"minutes": minutes} if minutes else _("%(seconds)s s") % {"seconds": rest}


def ms_words(ms: float) -> str:
    """ "640 ms"."""
    return _("%(ms)s ms") % {"ms": count_words(ms)}


def day_words(day: date) -> str:
    """ "3 May"."""
    return f"{day.day} {formats.date_format(day, 'M')}"


def clock_words(moment: datetime, zone: tzinfo) -> str:
    """The hour in that zone: "18:05"."""
    return f"{moment.astimezone(zone):%H:%M}"


def share_words(part: float, whole: float) -> str:
    """A part in per cent: "12%", "0.4%", "–" of nothing."""
    if not whole:
        return "–"
    percent = 100 * part / whole
    return f"{percent:.0f}%" if percent >= 10 or not part else f"{percent:.2g}%"


def change_words(now: float, before: float) -> str:
    """How it compares with the same time before: "+12%", "−3%", "" where there was nothing."""
    if not before:
        return ""
    percent = round(100 * (now - before) / before)
    return f"{'−' if percent < 0 else '+'}{abs(percent):,}%"


def years_words(days: float) -> str:
    """So many days in words, roughly: "in 3 months", "in 12 years"."""
    if days < 60:
        return ngettext("in %(n)s day", "in %(n)s days", round(days)) % {"n": round(days)}
    if days < 730:
        return _("in %(n)s months") % {"n": round(days / 30.4)}
    return _("in %(n)s years") % {"n": count_words(days / 365.25)}
