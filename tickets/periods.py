"""Months by which earnings are read, in the reader's own zone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from django.utils.translation import gettext as _

from accounts.models import User
from spaces_project.lib.errors import Invalid
from spaces_project.lib.zones import UnknownZone, zone_named

_MONTH = re.compile(r"\A(\d{4})-(\d{2})\Z", re.ASCII)
# Nobody earned anything before; and no calendar goes on for ever.
_FIRST_YEAR, _LAST_YEAR = 2020, 2200


@dataclass(frozen=True, slots=True)
class Period:
    """From `since` until before `until`; None is without a bound. `name` is "2026-11", or "" for all time."""

    name: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def bounds(self, field: str) -> dict[str, datetime]:
        """What a queryset is filtered by, so that `field` lies within."""
        found = {f"{field}__gte": self.since, f"{field}__lt": self.until}
        return {name: moment for name, moment in found.items() if moment is not None}


ALL_TIME = Period()


def zone_of(user: User) -> tzinfo:
    """The zone that the browser of `user` named last; UTC where none is known."""
    try:
        return zone_named(user.time_zone) if user.time_zone else UTC
    except UnknownZone:
        return UTC


def month_of(name: str, *, zone: tzinfo) -> Period:
    """The month of this name ("2026-11"), in a zone; all time for "". Raises Invalid (`month`)."""
    if not name:
        return ALL_TIME
    found = _MONTH.match(name)
    year, month = (int(part) for part in found.groups()) if found else (0, 0)
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12):
        raise Invalid(fields={"month": [_("Give a month such as 2026-11.")]})
    following = (year, month + 1) if month < 12 else (year + 1, 1)
    return Period(name, _first(year, month, zone), _first(*following, zone))


def months_between(first: datetime, last: datetime, *, zone: tzinfo) -> list[Period]:
    """The months from one moment to another, the latest first."""
    start, end = first.astimezone(zone), last.astimezone(zone)
    count = (end.year - start.year) * 12 + end.month - start.month
    numbers = (start.year * 12 + start.month - 1 + number for number in range(count, -1, -1))
    return [month_of(f"{number // 12}-{number % 12 + 1:02d}", zone=zone) for number in numbers]


def _first(year: int, month: int, zone: tzinfo) -> datetime:
    return datetime(year, month, 1, tzinfo=zone).astimezone(UTC)
