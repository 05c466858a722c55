"""The figures of days and weeks that are over are written down, once and for good."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min

from insights.days import DAY, WEEK, day_of, days_between, monday_of
from insights.measures import SPANS
from insights.models import ActiveDay, CohortWeek, DailyFigure
from insights.selectors.counting import cohorts_of_week, figures_of_day


def day_write(*, day: date) -> None:
    """Count that day and keep its figures. Done twice it is done once: the same rows, and the same numbers as long as nothing
    of that day has been deleted since."""
    counted = figures_of_day(day)
    with transaction.atomic():
        DailyFigure.objects.filter(day=day).exclude(measure__in=counted).delete()
        DailyFigure.objects.bulk_create(
            [DailyFigure(day=day, measure=measure, value=value) for measure, value in counted.items()],
            update_conflicts=True,
            unique_fields=["measure", "day"],
            update_fields=["value"],
        )


def week_write(*, week: date) -> None:
    """Keep who of each cohort was here in the week of that Monday. Done twice it is done once."""
    CohortWeek.objects.bulk_create(
        cohorts_of_week(week),
        update_conflicts=True,
        unique_fields=["cohort", "week"],
        update_fields=["size", "active"],
    )


def days_catch_up(*, now: datetime) -> list[date]:
    """Write every day and week that is over and was not written, the oldest first; returns the days.

    Only as far back as all that a day's figures need is kept (`INSIGHTS_RAW_DAYS`, less the 30 days of a month): what
    was missed for longer stays a gap, rather than a number that is too small.
    """
    last = day_of(now - timedelta(minutes=settings.INSIGHTS_SETTLE_MINUTES)) - DAY
    raw_since = ActiveDay.objects.aggregate(day=Min("day"))["day"]
    if raw_since is None:
        return []
    kept_since = last - timedelta(days=settings.INSIGHTS_RAW_DAYS - max(SPANS.values()))
    first = max(raw_since, kept_since)
    there = set(DailyFigure.objects.filter(day__gte=first).values_list("day", flat=True).distinct())
    missing = [day for day in days_between(first, last) if day not in there]
    for day in missing:
        day_write(day=day)
    _weeks_catch_up(first=first, last=last)
    return missing


def _weeks_catch_up(*, first: date, last: date) -> None:
    """Weeks of which every day is over, from the first that was seen whole (an installation begins in the middle of one)."""
    written = CohortWeek.objects.aggregate(week=Max("week"))["week"]
    week = monday_of(first + 6 * DAY)
    if written is not None:
        week = max(week, written + WEEK)
    while week + 6 * DAY <= last:
        week_write(week=week)
        week += WEEK
