"""What the database counts is what one counts by hand, row by row."""

from datetime import timedelta

import pytest

from insights.models import CohortWeek, DailyFigure, SpaceFigure
from insights.selectors.counting import cohorts_of_week, figures_of_day
from insights.selectors.space_counting import count_space, figures_of_space
from insights.services.days import day_write, days_catch_up, week_write
from insights.services.spaces import spaces_catch_up
from tests.insights.population import (
    DAYS,
    FIRST,
    LAST,
    day_by_hand,
    moment,
    populate,
    space_by_hand,
    week_by_hand,
)

pytestmark = pytest.mark.django_db


def test_every_figure_is_what_one_counts_by_hand(django_assert_max_num_queries):
    spaces = populate(1)
    days = [FIRST + timedelta(days=ahead) for ahead in range(-1, DAYS + 2)]
    heard = 0
    for day in days:
        with django_assert_max_num_queries(13):
            fast = figures_of_day(day)
        assert {str(measure): value for measure, value in fast.items()} == {
            str(measure): value for measure, value in day_by_hand(day).items()
        }, day
        heard += fast["listened_seconds"]
    assert heard
    for week in [FIRST + timedelta(weeks=ahead) for ahead in range(5)]:
        rows = {(row.cohort, row.size, row.active) for row in cohorts_of_week(week)}
        assert rows == week_by_hand(week), week
    assert len(spaces) >= 5
    for space in spaces:
        by_hand = space_by_hand(space)
        with django_assert_max_num_queries(4):
            assert count_space(space, now=moment(LAST)) == by_hand


def test_what_is_written_twice_is_there_once():
    populate(3)
    day, week = FIRST + timedelta(days=9), FIRST + timedelta(weeks=1)
    figures: list[list[tuple[object, ...]]] = []
    for _ in range(2):
        day_write(day=day)
        week_write(week=week)
        figures.append(
            [
                *DailyFigure.objects.order_by("pk").values_list("pk", "day", "measure", "value"),
                *CohortWeek.objects.order_by("pk").values_list("pk", "cohort", "week", "size", "active"),
            ]
        )
    assert figures[0] == figures[1]
    assert len(figures[0]) > 13


def test_a_late_run_writes_every_day_that_was_missed(settings):
    populate(4)
    midnight = moment(LAST + timedelta(days=1))
    # What was under way at midnight has not settled yet.
    days = days_catch_up(now=midnight + timedelta(minutes=10))
    assert days == [FIRST + timedelta(days=ahead) for ahead in range(DAYS - 1)]
    DailyFigure.objects.filter(day=FIRST + timedelta(days=20)).delete()
    assert days_catch_up(now=midnight + timedelta(minutes=15)) == [FIRST + timedelta(days=20), LAST]
    assert days_catch_up(now=midnight + timedelta(minutes=30)) == []
    written = dict(DailyFigure.objects.filter(day=LAST).values_list("measure", "value"))
    assert written == {str(measure): value for measure, value in day_by_hand(LAST).items()}
    weeks = set(CohortWeek.objects.values_list("week", flat=True))
    assert weeks == {FIRST + timedelta(weeks=ahead) for ahead in range(4)}
    # So late that a month's people are not all kept: those days stay a gap.
    DailyFigure.objects.all().delete()
    settings.INSIGHTS_RAW_DAYS = 40
    late = days_catch_up(now=midnight + timedelta(days=20, hours=1))
    assert late[0] == LAST + timedelta(days=20 - 10)


def test_the_figures_of_a_space_are_kept_once_it_is_over(django_assert_num_queries):
    spaces = populate(5)
    now = moment(LAST + timedelta(days=3))
    assert spaces_catch_up(now=now) == len(spaces)
    assert spaces_catch_up(now=now) == 0
    by_hand = {space.pk: space_by_hand(space) for space in spaces}
    # Whoever deletes their account later was there all the same.
    spaces[0].participations.exclude(user=spaces[0].host).first().user.delete()
    for space in spaces:
        with django_assert_num_queries(1):
            assert figures_of_space(space, now=now) == by_hand[space.pk]
    assert SpaceFigure.objects.count() == 11 * len(spaces)
