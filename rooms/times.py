"""From what a clock on the wall shows to a moment, also on the days on which clocks are changed.

When clocks go forward, the times in between do not exist; when they go back, those of the repeated stretch exist twice.
Nothing here guesses: who schedules one Space is asked (`moment_of`), a series has a rule (`moment_of_series`).
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Fold = Literal["", "earlier", "later"]


class TimeMissing(Exception):
    """The clocks of that zone never show this time: they are put forward over it. `next_valid` is what they show then."""

    def __init__(self, next_valid: datetime) -> None:
        super().__init__(str(next_valid))
        self.next_valid = next_valid


class TimeTwice(Exception):
    """The clocks of that zone show this time twice: they are put back over it. `earlier` and `later` are the moments."""

    def __init__(self, earlier: datetime, later: datetime) -> None:
        super().__init__(f"{earlier} or {later}")
        self.earlier, self.later = earlier, later


def moments_of(local: datetime, zone: ZoneInfo) -> list[datetime]:
    """The moments (UTC, in order) at which the clocks of `zone` show the naive `local`: one, none, or two.

    Raises OverflowError at the ends of the calendar.
    """
    found = {local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return sorted(moment for moment in found if moment.astimezone(zone).replace(tzinfo=None, fold=0) == local)


def moment_of(local: datetime, zone: ZoneInfo, *, fold: Fold = "") -> datetime:
    """The moment (UTC) at which the clocks of `zone` show the naive `local`; `fold` says which of two.

    Raises TimeMissing, TimeTwice (without `fold`), OverflowError.
    """
    moments = moments_of(local, zone)
    if not moments:
        raise TimeMissing(_first_valid_after(local, zone).astimezone(zone))
    if len(moments) == 2 and not fold:
        raise TimeTwice(moments[0].astimezone(zone), moments[1].astimezone(zone))
    return moments[-1] if fold == "later" else moments[0]


def moment_of_series(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The moment (UTC) of a series on `day`: a time that does not exist is the first one after it that does, of two the
    earlier is taken."""
    local = datetime.combine(day, at)
    moments = moments_of(local, zone)
    return moments[0] if moments else _first_valid_after(local, zone)


def next_on(day: date, every: str, *, first_on: date) -> date:
    """The date of a series after `day`: a week later, or in the next month that has the day of `first_on`.

    `every` is "week" or "month". Raises OverflowError, ValueError at the end of the calendar.
    """
    if every == "week":
        return day + timedelta(days=7)
    year, month = day.year, day.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        try:
            return date(year, month, first_on.day)
        except ValueError:
            # Such as 30 February. What is beyond the last year ends the search.
            date(year, month, 1)


def _first_valid_after(local: datetime, zone: ZoneInfo) -> datetime:
    """The moment at which the clocks are put forward over `local`: before it they go by the offset before the change, so that
    reading `local` by that offset gives a moment after the change, and the change lies within the missing stretch."""
    after = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    before = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    # `before` < change <= `after`: PEP 495 reads a missing time by the offset before (fold=0) and after (fold=1) it.
    low, high = before, after
    old = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == old:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)
