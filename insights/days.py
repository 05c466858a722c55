"""Days and weeks as figures know them: those of UTC, weeks from Monday."""

from datetime import UTC, date, datetime, time, timedelta

DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def day_of(moment: datetime) -> date:
    """The day that a moment is in."""
    return moment.astimezone(UTC).date()


def bounds(first: date, last: date | None = None) -> tuple[datetime, datetime]:
    """The first moment of a day, or of the first of several, and the first one after the last."""
    begin = datetime.combine(first, time(), UTC)
    return begin, datetime.combine((last or first) + DAY, time(), UTC)


def monday_of(day: date) -> date:
    """The Monday of the week that a day is in."""
    return day - timedelta(days=day.weekday())


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both among them."""
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
