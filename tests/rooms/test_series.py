"""Spaces that come again."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings

from rooms.models import Space, SpaceSeries
from rooms.services.schedule import series_cancel, space_cancel, space_edit_scheduled, space_schedule
from rooms.services.series import series_extend
from rooms.tasks import series_extend as extend_task
from spaces_project.lib.errors import NotAllowed, NotFound
from tests.factories import HostingWaiverFactory, UserFactory
from tests.rooms.ahead import scheduled

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]

BERLIN = "Europe/Berlin"


def moments(host) -> list[datetime]:
    """When the host's announced Spaces start."""
    return list(
        Space.objects.filter(host=host, state="scheduled")
        .order_by("scheduled_at")
        .values_list("scheduled_at", flat=True)
    )


def weekly(host, *, now, at="2027-03-14T18:00", zone=BERLIN, **series) -> Space:
    """A Space that comes again."""
    return space_schedule(
        host=host,
        scheduled_at=at,
        time_zone=zone,
        title="Every week",
        topics=["music"],
        rules="Be kind.",
        recording_wanted=True,
        series={"every": "week", "until": None} | series,
        now=now,
    )


@pytest.fixture
def march() -> datetime:
    """A day two weeks before clocks change in Europe."""
    return datetime(2027, 3, 10, 12, 0, tzinfo=UTC)


def test_as_far_as_scheduling_reaches_at_the_same_time_by_the_clock(host, march):
    first = weekly(host, now=march)
    found = moments(host)
    local = [moment.astimezone(ZoneInfo(BERLIN)) for moment in found]
    assert [(one.month, one.day) for one in local] == [(3, 14), (3, 21), (3, 28), (4, 4)]
    assert {one.hour for one in local} == {18}
    assert [one.hour for one in found] == [17, 17, 16, 16]
    last = Space.objects.get(scheduled_at=found[-1])
    assert (last.title, last.rules, last.recording_wanted, last.series_id) == (
        "Every week",
        "Be kind.",
        True,
        first.series_id,
    )
    assert [topic.slug for topic in last.topics.all()] == ["music"]


def test_beat_makes_the_next_ones_once(host, march):
    weekly(host, now=march)
    later = march + timedelta(days=7)
    assert (series_extend(now=later), series_extend(now=later)) == (1, 0)
    assert moments(host)[-1] == datetime(2027, 4, 11, 16, 0, tzinfo=UTC)


def test_a_time_that_does_not_exist_on_its_day_and_one_that_is_twice(host):
    weekly(host, now=datetime(2027, 3, 10, tzinfo=UTC), at="2027-03-14T02:30")
    # On 28 March the clocks go from 2 to 3.
    assert datetime(2027, 3, 28, 1, 0, tzinfo=UTC) in moments(host)
    other = UserFactory()
    HostingWaiverFactory(user=other)
    weekly(other, now=datetime(2027, 10, 10, tzinfo=UTC), at="2027-10-17T02:30")
    assert datetime(2027, 10, 31, 0, 30, tzinfo=UTC) in moments(other)


def test_half_an_hour_of_daylight_saving(host):
    weekly(host, now=datetime(2027, 3, 20, tzinfo=UTC), at="2027-03-28T18:00", zone="Australia/Lord_Howe")
    assert [(one.day, one.hour, one.minute) for one in moments(host)] == [
        (28, 7, 0),
        (4, 7, 30),
        (11, 7, 30),
        (18, 7, 30),
    ]


def test_until_a_day(host, march):
    weekly(host, now=march, until="2027-03-28")
    assert len(moments(host)) == 3
    assert series_extend(now=march + timedelta(days=20)) == 0


def test_every_month_without_a_31st(host):
    now = datetime(2027, 3, 10, tzinfo=UTC)
    weekly(host, now=now, at="2027-03-31T18:00", every="month")
    assert series_extend(now=now + timedelta(days=31)) == 0
    assert series_extend(now=datetime(2027, 5, 5, tzinfo=UTC)) == 1
    assert moments(host)[-1] == datetime(2027, 5, 31, 16, 0, tzinfo=UTC)


def test_within_the_hosts_limit(host, march):
    others = [scheduled(host, march, hours=n + 1) for n in range(settings.SPACES_SCHEDULED_MAX - 2)]
    weekly(host, now=march)
    assert len(moments(host)) == settings.SPACES_SCHEDULED_MAX
    for space in others:
        space_cancel(space=space, by=host, now=march)
    assert series_extend(now=march) == 2


def test_dates_that_went_by_are_left_out(host, march):
    weekly(host, now=march)
    Space.objects.all().update(state="expired", ended_at=march)
    later = datetime(2027, 6, 1, tzinfo=UTC)
    assert series_extend(now=later) == 4
    assert min(moments(host)) == datetime(2027, 6, 6, 16, 0, tzinfo=UTC)


def test_the_next_ones_are_as_the_latest_is(host, march):
    weekly(host, now=march)
    last = Space.objects.order_by("-scheduled_at")[0]
    space_edit_scheduled(space=last, by=host, title="Renamed", now=march)
    series_extend(now=march + timedelta(days=7))
    assert list(Space.objects.order_by("-scheduled_at").values_list("title", flat=True)[:3]) == [
        "Renamed",
        "Renamed",
        "Every week",
    ]


def test_who_may_host_no_more_announces_nothing(host, march):
    weekly(host, now=march)
    host.hosting_waiver.delete()
    assert series_extend(now=march + timedelta(days=14)) == 0


def test_only_this_one_is_cancelled(host, march):
    first = weekly(host, now=march)
    space_cancel(space=first, by=host, now=march)
    assert len(moments(host)) == 3
    assert series_extend(now=march + timedelta(days=7)) == 1


def test_this_one_and_all_that_follow(host, march):
    weekly(host, now=march)
    second = Space.objects.order_by("scheduled_at")[1]
    for _ in range(2):
        space_cancel(space=second, by=host, now=march, following=True)
    assert moments(host) == [datetime(2027, 3, 14, 17, 0, tzinfo=UTC)]
    assert series_extend(now=march + timedelta(days=14)) == 0


def test_the_whole_series(host, outsider, march):
    series_id = weekly(host, now=march).series_id
    assert series_id is not None
    for somebody, number in ((outsider, series_id), (host, series_id + 1), (host, 2**70)):
        with pytest.raises(NotFound):
            series_cancel(series_id=number, by=somebody, now=march)
    for _ in range(2):
        series_cancel(series_id=series_id, by=host, now=march)
    assert moments(host) == []
    assert SpaceSeries.objects.get().ended_at == march


def test_others_cancel_nothing(host, outsider, march):
    first = weekly(host, now=march)
    with pytest.raises(NotAllowed):
        space_cancel(space=first, by=outsider, now=march, following=True)
    assert SpaceSeries.objects.get().ended_at is None


def test_a_series_to_the_end_of_the_calendar_breaks_nothing(host, march):
    first = weekly(host, now=march)
    SpaceSeries.objects.filter(pk=first.series_id).update(made_until=date(9999, 12, 31))
    assert series_extend(now=march) == 0


def test_the_task_of_beat():
    assert settings.CELERY_BEAT_SCHEDULE["series-extend"]["task"] == extend_task.name
    extend_task()


def test_rows_do_not_cost_queries(march, django_assert_num_queries):
    for _ in range(12):
        host = UserFactory()
        HostingWaiverFactory(user=host)
        weekly(host, now=march)
    # Nothing is to be made: one look at all of them.
    with django_assert_num_queries(1):
        series_extend(now=march)
