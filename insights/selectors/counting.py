"""The figures of a day and of a week, counted by the database from what happened: a query for each kind, whatever the number
of people. tests/insights/test_counting.py counts the same one by one."""

import math
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db.models import (
    Case,
    Count,
    DateField,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)
from django.db.models.functions import TruncWeek

from accounts.models import User
from insights.days import DAY, WEEK, bounds
from insights.measures import PERCENTILES, SPANS, Measure
from insights.models import ActiveDay, BubbleSeen, CohortWeek, JoinReport
from rooms.models import Attendance, CameFrom, Space


def figures_of_day(day: date) -> dict[str, int]:
    """Every Measure of that day. 13 queries at most."""
    begin, end = bounds(day)
    return {
        **_active(day),
        Measure.SIGN_UPS: User.objects.filter(date_joined__gte=begin, date_joined__lt=end).count(),
        Measure.SPACES_HELD: _held(begin, end),
        **_listened(begin, end),
        **_funnel(day),
        **_first_sound(day),
    }


def _active(day: date) -> dict[str, int]:
    found: dict[str, int] = {}
    for measure, days in SPANS.items():
        here = ActiveDay.objects.filter(day__gt=day - timedelta(days=days), day__lte=day)
        # A day has everybody once.
        found[measure] = here.count() if days == 1 else here.aggregate(n=Count("user_id", distinct=True))["n"]
    return found


def _held(begin: datetime, end: datetime) -> int:
    started = Space.objects.filter(state__in=(Space.State.LIVE, Space.State.ENDED))
    return started.filter(started_at__gte=begin, started_at__lt=end).count()


def _listened(begin: datetime, end: datetime) -> dict[str, int]:
    """Everybody's time in Spaces but that of their hosts, cut at midnight; somebody who is still there is there to its end."""
    found = stretches(begin, end).aggregate(
        time=time_within(begin, end), people=Count("participation__user_id", distinct=True)
    )
    return {Measure.LISTENERS: found["people"], Measure.LISTENED_SECONDS: seconds(found["time"])}


def stretches(begin: datetime, end: datetime) -> QuerySet[Attendance]:
    """What others than the host spent in Spaces, as far as it touches that time."""
    there = Attendance.objects.filter(joined_at__lt=end).filter(
        Q(left_at__isnull=True) | Q(left_at__gt=begin)
    )
    return there.exclude(participation__user_id=F("participation__space__host_id"))


def time_within(begin: datetime, end: datetime) -> Sum:
    """The sum of the rows' time between these moments."""
    moment = DateTimeField()
    came = Case(
        When(joined_at__lt=begin, then=Value(begin, moment)), default=F("joined_at"), output_field=moment
    )
    went = Case(When(left_at__lt=end, then=F("left_at")), default=Value(end, moment), output_field=moment)
    return Sum(ExpressionWrapper(went - came, output_field=DurationField()))


def seconds(time: timedelta | None) -> int:
    """Whole seconds."""
    return int(time.total_seconds()) if time else 0


def _funnel(day: date) -> dict[str, int]:
    """From a bubble to its sound: each is a person and a Space. Whoever taps one has seen it, whatever they reported."""
    joined, heard = Q(joined_ms__isnull=False), Q(sound_ms__isnull=False)
    bubble = Q(came_from=CameFrom.BUBBLE)
    found = JoinReport.objects.filter(day=day).aggregate(
        tapped=Count("pk", filter=bubble),
        bubble_joined=Count("pk", filter=bubble & joined),
        bubble_heard=Count("pk", filter=bubble & heard),
        joins=Count("pk", filter=joined),
        heard=Count("pk", filter=heard),
    )
    return {
        Measure.BUBBLE_SEEN: BubbleSeen.objects.filter(day=day).count(),
        Measure.BUBBLE_TAPPED: found["tapped"],
        Measure.BUBBLE_JOINED: found["bubble_joined"],
        Measure.BUBBLE_HEARD: found["bubble_heard"],
        Measure.JOINS: found["joins"],
        Measure.JOINS_HEARD: found["heard"],
    }


def _first_sound(day: date) -> dict[str, int]:
    """The nearest rank: the smallest time that so great a part of all heard something within. A day without any has none."""
    times = JoinReport.objects.filter(day=day, sound_ms__isnull=False).order_by("sound_ms")
    ordered = times.values_list("sound_ms", flat=True)
    if not (count := times.count()):
        return {}
    ranks = {measure: math.ceil(part * count) - 1 for measure, part in PERCENTILES.items()}
    return {measure: int(ordered[rank] or 0) for measure, rank in ranks.items()}


def cohorts_of_week(week: date) -> list[CohortWeek]:
    """How many of those who signed up together, in each of the last `INSIGHTS_COHORT_WEEKS` weeks, were here in the week of
    that Monday. Rows not yet saved, the oldest cohort first; two queries, and one for the sizes of those counted before."""
    oldest = week - (settings.INSIGHTS_COHORT_WEEKS - 1) * WEEK
    begin, end = bounds(oldest, week + 6 * DAY)
    # A cohort keeps the size it had in its own week: accounts that were deleted since have left, too.
    sizes = dict(
        CohortWeek.objects.filter(cohort=F("week"), cohort__gte=oldest).values_list("cohort", "size")
    )
    joined = User.objects.filter(date_joined__gte=begin, date_joined__lt=end)
    counted = joined.values(cohort=_week("date_joined")).annotate(n=Count("pk")).order_by("cohort")
    here = ActiveDay.objects.filter(day__gte=week, day__lte=week + 6 * DAY)
    here = here.filter(user__date_joined__gte=begin, user__date_joined__lt=end)
    by_cohort = here.values(cohort=_week("user__date_joined")).annotate(n=Count("user_id", distinct=True))
    active = {row["cohort"]: row["n"] for row in by_cohort.order_by("cohort")}
    found = {row["cohort"]: row["n"] for row in counted} | sizes
    return [
        CohortWeek(cohort=cohort, week=week, size=size, active=active.get(cohort, 0))
        for cohort, size in sorted(found.items())
        if cohort <= week
    ]


def _week(field: str) -> TruncWeek:
    return TruncWeek(field, output_field=DateField(), tzinfo=UTC)
