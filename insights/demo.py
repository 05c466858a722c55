"""What `seed_demo` adds of insights (`DEMO_SEEDS`): some months that have never been, so that charts have something to draw."""

import math
import random
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import User
from insights.days import DAY, WEEK, day_of, days_between, monday_of
from insights.measures import FROM, Measure, SpaceMeasure
from insights.models import CohortWeek, DailyFigure, SpaceFigure, SpaceMinute
from rooms.models import Participation, Role, Space

_TITLES = (
    "Coffee and headlines",
    "Ask me anything about gardens",
    "What we heard this week",
    "Small instruments, big rooms",
    "Walking home, talking",
    "Books that stayed",
    "Night trains of Europe",
    "The long questions",
)
_DAYS, _WEEKS = 120, 12


def seed(*, host: User, now: datetime) -> None:
    """Add the past Spaces of `host` and the product's days, unless there are figures already."""
    if DailyFigure.objects.exists():
        return
    # The same on every machine.
    dice = random.Random(315)  # noqa: S311  # nothing secret
    with transaction.atomic():
        for number, title in enumerate(_TITLES):
            _add_space(host, title, now - (len(_TITLES) - number) * timedelta(days=6, hours=1), number, dice)
        _add_days(now, dice)
        _add_cohorts(now, dice)


def _add_space(host: User, title: str, began: datetime, number: int, dice: random.Random) -> None:
    began = began.replace(second=0, microsecond=0)
    minutes, most = dice.randrange(38, 70), 90 + 22 * number + dice.randrange(40)
    ended = began + timedelta(minutes=minutes)
    curve = [_listeners(minute / minutes, most, dice) for minute in range(minutes)]
    space = Space.objects.create(
        host=host,
        title=title,
        state=Space.State.ENDED,
        end_reason=Space.EndReason.HOST,
        created_at=began,
        started_at=began,
        ended_at=ended,
        peak_listeners=max(curve),
    )
    Participation.objects.create(
        space=space, user=host, role=Role.HOST, first_joined_at=began, joined_at=began, left_at=ended
    )
    SpaceMinute.objects.bulk_create(
        SpaceMinute(space=space, minute=began + timedelta(minutes=minute), listeners=listeners)
        for minute, listeners in enumerate(curve)
    )
    came = int(max(curve) * 1.7)
    parts = dict(zip(FROM.values(), (0.41, 0.17, 0.12, 0.09, 0.14, 0.05, 0.02), strict=True))
    ways = {measure: int(came * part) for measure, part in parts.items()}
    guests = came // 9
    figures = ways | {
        SpaceMeasure.PEOPLE: sum(ways.values()) - guests,
        SpaceMeasure.GUESTS: guests,
        SpaceMeasure.LISTENED_SECONDS: 60 * sum(curve),
        SpaceMeasure.FOLLOWERS: came // 14,
    }
    SpaceFigure.objects.bulk_create(
        SpaceFigure(space=space, measure=measure, value=value) for measure, value in figures.items()
    )


def _listeners(part: float, most: int, dice: random.Random) -> int:
    """They come in the first quarter, and go at the end."""
    rise, fall = min(1.0, part / 0.25), min(1.0, (1 - part) / 0.15 + 0.35)
    return max(1, round(most * math.sqrt(rise) * fall * dice.uniform(0.94, 1.0)))


def _add_days(now: datetime, dice: random.Random) -> None:
    newest = day_of(now) - 2 * DAY
    rows = []
    for ahead, day in enumerate(days_between(newest - (_DAYS - 1) * DAY, newest)):
        weekend = 1.25 if day.weekday() >= 5 else 1.0
        month = int(8_000 * 1.011**ahead)
        seen = int(month * 0.3 * weekend * dice.uniform(0.9, 1.1))
        tapped = int(seen * dice.uniform(0.19, 0.23))
        half = int(620 - ahead * dice.uniform(0.9, 1.1))
        figures = {
            Measure.ACTIVE_DAY: int(month * 0.21 * weekend * dice.uniform(0.93, 1.07)),
            Measure.ACTIVE_WEEK: int(month * 0.52 * dice.uniform(0.98, 1.02)),
            Measure.ACTIVE_MONTH: month,
            Measure.SIGN_UPS: int(month * 0.012 * dice.uniform(0.7, 1.3)),
            Measure.SPACES_HELD: int(month * 0.004 * weekend * dice.uniform(0.7, 1.3)),
            Measure.LISTENERS: int(month * 0.12 * weekend),
            Measure.LISTENED_SECONDS: int(month * 0.12 * weekend * dice.uniform(1500, 2100)),
            Measure.BUBBLE_SEEN: seen,
            Measure.BUBBLE_TAPPED: tapped,
            Measure.BUBBLE_JOINED: int(tapped * 0.97),
            Measure.BUBBLE_HEARD: int(tapped * 0.93),
            Measure.JOINS: tapped * 2,
            Measure.JOINS_HEARD: int(tapped * 1.9),
            Measure.SOUND_P50_MS: half,
            Measure.SOUND_P75_MS: int(half * 1.5),
            Measure.SOUND_P95_MS: int(half * 2.8 * dice.uniform(0.9, 1.15)),
        }
        rows += [DailyFigure(day=day, measure=measure, value=value) for measure, value in figures.items()]
    DailyFigure.objects.bulk_create(rows, batch_size=500)


def _add_cohorts(now: datetime, dice: random.Random) -> None:
    last = monday_of(day_of(now)) - WEEK
    rows = []
    for number in range(_WEEKS):
        cohort, size = last - number * WEEK, dice.randrange(700, 1100)
        for age in range(number + 1):
            kept = 1.0 if age == 0 else 0.62 * age**-0.35 * dice.uniform(0.94, 1.06)
            rows.append(
                CohortWeek(cohort=cohort, week=cohort + age * WEEK, size=size, active=int(size * kept))
            )
    CohortWeek.objects.bulk_create(rows)
