"""Clocks on the wall, and what they mean on the days on which they are changed."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from rooms.times import TimeMissing, TimeTwice, moment_of, moment_of_series, moments_of, next_on
from spaces_project.lib.zones import UnknownZone, zone_named, zone_names

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
LORD_HOWE, TOKYO = ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Tokyo")


def clock(text: str) -> datetime:
    """What a clock on the wall shows."""
    return datetime.fromisoformat(text)


def utc(*parts: int) -> datetime:
    """A moment in UTC."""
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("local", "zone", "moment"),
    [
        (clock("2027-03-27T18:00"), BERLIN, utc(2027, 3, 27, 17, 0)),
        (clock("2027-03-28T18:00"), BERLIN, utc(2027, 3, 28, 16, 0)),
        (clock("2027-03-13T18:00"), NEW_YORK, utc(2027, 3, 13, 23, 0)),
        (clock("2027-03-14T18:00"), NEW_YORK, utc(2027, 3, 14, 22, 0)),
        (clock("2027-04-04T18:00"), LORD_HOWE, utc(2027, 4, 4, 7, 30)),
        (clock("2027-04-03T18:00"), LORD_HOWE, utc(2027, 4, 3, 7, 0)),
        (clock("2027-03-28T02:30"), TOKYO, utc(2027, 3, 27, 17, 30)),
    ],
)
def test_a_time_that_clocks_show_once(local: datetime, zone: ZoneInfo, moment: datetime) -> None:
    assert moments_of(local, zone) == [moment]
    assert moment_of(local, zone) == moment_of(local, zone, fold="later") == moment


@pytest.mark.parametrize(
    ("local", "zone", "next_valid"),
    [
        (clock("2027-03-28T02:00"), BERLIN, utc(2027, 3, 28, 1, 0)),
        (clock("2027-03-28T02:59:59"), BERLIN, utc(2027, 3, 28, 1, 0)),
        (clock("2027-03-14T02:30"), NEW_YORK, utc(2027, 3, 14, 7, 0)),
        # Half an hour forward.
        (clock("2026-10-04T02:15"), LORD_HOWE, utc(2026, 10, 3, 15, 30)),
        # Forward at midnight.
        (clock("2027-04-30T00:30"), ZoneInfo("Africa/Cairo"), utc(2027, 4, 29, 22, 0)),
        # A whole day that never was.
        (clock("2011-12-30T12:00"), ZoneInfo("Pacific/Apia"), utc(2011, 12, 30, 10, 0)),
    ],
)
def test_a_time_that_clocks_never_show(local: datetime, zone: ZoneInfo, next_valid: datetime) -> None:
    assert moments_of(local, zone) == []
    with pytest.raises(TimeMissing) as refused:
        moment_of(local, zone, fold="earlier")
    assert refused.value.next_valid == next_valid
    assert moment_of_series(local.date(), local.time(), zone) == next_valid


@pytest.mark.parametrize(
    ("local", "zone", "earlier", "later"),
    [
        (clock("2026-10-25T02:30"), BERLIN, utc(2026, 10, 25, 0, 30), utc(2026, 10, 25, 1, 30)),
        (clock("2026-11-01T01:00"), NEW_YORK, utc(2026, 11, 1, 5, 0), utc(2026, 11, 1, 6, 0)),
        (clock("2027-04-04T01:45"), LORD_HOWE, utc(2027, 4, 3, 14, 45), utc(2027, 4, 3, 15, 15)),
    ],
)
def test_a_time_that_clocks_show_twice(
    local: datetime, zone: ZoneInfo, earlier: datetime, later: datetime
) -> None:
    assert moments_of(local, zone) == [earlier, later]
    with pytest.raises(TimeTwice) as asked:
        moment_of(local, zone)
    # In UTC: of times that clocks show twice Python says that none equals another zone's (PEP 495).
    assert [moment.astimezone(UTC) for moment in (asked.value.earlier, asked.value.later)] == [earlier, later]
    assert moment_of(local, zone, fold="earlier") == earlier
    assert moment_of(local, zone, fold="later") == later
    assert moment_of_series(local.date(), local.time(), zone) == earlier


def test_every_week_is_the_same_time_by_the_clock() -> None:
    day, found = date(2027, 3, 7), []
    for _ in range(4):
        found.append(moment_of_series(day, time(18, 0), NEW_YORK))
        day = next_on(day, "week", first_on=date(2027, 3, 7))
    assert [moment.hour for moment in found] == [23, 22, 22, 22]
    assert {moment.astimezone(NEW_YORK).hour for moment in found} == {18}


def test_every_month_leaves_out_months_without_that_day() -> None:
    day, found = date(2027, 1, 31), []
    for _ in range(5):
        day = next_on(day, "month", first_on=date(2027, 1, 31))
        found.append(day)
    assert [(day.month, day.day) for day in found] == [(3, 31), (5, 31), (7, 31), (8, 31), (10, 31)]


def test_in_leap_years_there_is_a_29th() -> None:
    first = date(2027, 1, 29)
    assert next_on(first, "month", first_on=first) == date(2027, 3, 29)
    assert next_on(date(2028, 1, 29), "month", first_on=first) == date(2028, 2, 29)


@pytest.mark.parametrize("every", ["week", "month"])
def test_the_calendar_ends(every: str) -> None:
    with pytest.raises((OverflowError, ValueError)):
        next_on(date(9999, 12, 31), every, first_on=date(9999, 12, 31))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "Europe/Nowhere",
        "europe/berlin",
        "localtime",
        "Factory",
        "../etc/passwd",
        "a" * 10_000,
        "\0",
        "Europe",
    ],
)
def test_no_zone(name: str) -> None:
    with pytest.raises(UnknownZone):
        zone_named(name)


def test_the_zones_to_choose_from() -> None:
    names = zone_names()
    assert names[0] == "UTC"
    assert {"Europe/Berlin", "America/Argentina/Buenos_Aires", "Australia/Lord_Howe"} <= set(names)
    assert all(str(zone_named(name)) == name for name in names)
    # What older browsers say is known too.
    assert str(zone_named("Asia/Calcutta")) == "Asia/Calcutta"
