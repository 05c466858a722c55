"""How the product is doing: for staff."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import Max

from insights.days import DAY, WEEK, day_of, days_between, monday_of
from insights.errors import SpanUnknown
from insights.measures import FUNNEL, Measure
from insights.models import ActiveDay, CohortWeek, DailyFigure

# What pages and the API can show at once.
SPANS = (28, 90, 365)
_TREND = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Trend:
    """Where the people of a month are on their way to the goal. `reached_in_days` is by the line through the last 28 days; None
    where that leads nowhere."""

    goal: int
    month: int
    before: int | None
    reached_in_days: int | None

    @property
    def change(self) -> int:
        """By how much the month has changed within 28 days."""
        return self.month - (self.before or 0)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Those who signed up in one week: how many, and how many of them were here in each week since (None: not counted)."""

    week: date
    size: int
    active: Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of `days`, of which the last is the newest that was written; `values[measure]` has one for each of them, None
    where there is none. `today`: who was here so far today."""

    days: Sequence[date]
    values: Mapping[Measure, Sequence[int | None]]
    today: int
    trend: Trend
    cohorts: Sequence[Cohort]

    def sum(self, measure: Measure) -> int:
        """All days together."""
        return sum(value or 0 for value in self.values[measure])

    def last(self, measure: Measure) -> int:
        """The newest day's."""
        return next((value for value in reversed(self.values[measure]) if value is not None), 0)

    @property
    def funnel(self) -> list[tuple[Measure, int]]:
        """From a bubble to its sound, all days together."""
        return [(measure, self.sum(measure)) for measure in FUNNEL]


def span_named(name: str) -> int:
    """One of SPANS, as an address has it; 90 for "". Raises SpanUnknown."""
    found = next((span for span in SPANS if str(span) == (name or "90")), None)
    if found is None:
        raise SpanUnknown()
    return found


def product_overview(*, span: int, now: datetime) -> Overview:
    """The last `span` days that were written. Four queries, whatever the span."""
    newest = DailyFigure.objects.aggregate(day=Max("day"))["day"] or day_of(now) - DAY
    days = days_between(newest - (span - 1) * DAY, newest)
    # Also what the trend compares with.
    values = _values(min(days[0], newest - _TREND), newest)
    today = ActiveDay.objects.filter(day=day_of(now)).count()
    return Overview(
        days=days,
        values={measure: [values[measure].get(day) for day in days] for measure in Measure},
        today=today,
        trend=_trend(values[Measure.ACTIVE_MONTH], newest),
        cohorts=_cohorts(newest),
    )


def _values(first: date, last: date) -> dict[str, dict[date, int]]:
    rows = DailyFigure.objects.filter(day__gte=first, day__lte=last).values_list("measure", "day", "value")
    found: dict[str, dict[date, int]] = defaultdict(dict)
    for measure, day, value in rows:
        found[measure][day] = value
    return found


def _trend(months: Mapping[date, int], newest: date) -> Trend:
    goal: int = settings.INSIGHTS_MONTHLY_GOAL
    month, before = months.get(newest, 0), months.get(newest - _TREND)
    in_days = None
    if month >= goal:
        in_days = 0
    elif before is not None and month > before:
        in_days = round((goal - month) * _TREND.days / (month - before))
    return Trend(goal, month, before, in_days)


def _cohorts(newest: date) -> list[Cohort]:
    """The newest first."""
    count: int = settings.INSIGHTS_COHORT_WEEKS
    oldest = monday_of(newest) - (count - 1) * WEEK
    rows: Iterable[CohortWeek] = CohortWeek.objects.filter(cohort__gte=oldest).order_by("-cohort", "week")
    by_cohort: dict[date, dict[date, CohortWeek]] = {}
    for row in rows:
        by_cohort.setdefault(row.cohort, {})[row.week] = row
    return [
        Cohort(
            week=cohort,
            size=next(iter(weeks.values())).size,
            active=[
                weeks[week].active if (week := cohort + ahead * WEEK) in weeks else None
                for ahead in range(count)
            ],
        )
        for cohort, weeks in by_cohort.items()
    ]
