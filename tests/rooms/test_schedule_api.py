"""Announced Spaces over REST."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from rooms.models import Space
from rooms.services.schedule import space_cancel
from tests.factories import FollowFactory
from tests.rooms.ahead import scheduled
from tests.rooms.answers import refused
from tests.rooms.times import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]

SPACES = "/api/v1/spaces/"


@pytest.fixture
def soon() -> datetime:
    """In two days, to the second."""
    return (timezone.now() + timedelta(days=2)).replace(microsecond=0)


@pytest.fixture
def ahead(host) -> Space:
    """A Space that starts tomorrow."""
    return scheduled(host, timezone.now())


def test_announced(api, host, cohost, soon):
    FollowFactory(follower=cohost, followee=host)
    body = {
        "title": "Morning voices",
        "scheduled_at": wire(soon),
        "time_zone": "Europe/Berlin",
        "description": "With guests",
        "recording_wanted": True,
        "cohosts": ["@a_cohost"],
        "series": {"every": "week", "until": None},
    }
    answer = api(host).post(SPACES, body)
    assert answer.status_code == 201, answer.content
    space = answer.json()
    assert (space["state"], space["scheduled_at"], space["time_zone"]) == (
        "scheduled",
        wire(soon),
        "Europe/Berlin",
    )
    assert (space["description"], space["recording_wanted"]) == ("With guests", True)
    assert space["started_at"] is None
    made = Space.objects.get(pk=space["id"])
    assert space["series"] == str(made.series_id)
    assert api(None).get(f"{SPACES}{space['id']}/").json() == space


def test_by_the_clock_of_a_zone(api, host, soon):
    local = soon.astimezone(UTC).replace(tzinfo=None)
    body = {"title": "Mine", "scheduled_at": f"{local:%Y-%m-%dT%H:%M}", "time_zone": "Asia/Tokyo"}
    space = api(host).post(SPACES, body).json()
    assert space["scheduled_at"] == wire((soon - timedelta(hours=9)).replace(second=0))


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"scheduled_at": "2020-01-01T10:00Z"}, "scheduled_at", "schedule.past"),
        ({"scheduled_at": "2099-01-01T10:00Z"}, "scheduled_at", "schedule.too_far"),
        (
            {"scheduled_at": "2099-01-01T10:00", "time_zone": "Mars/Base"},
            "time_zone",
            "schedule.zone_unknown",
        ),
        (
            {"scheduled_at": "2021-03-28T02:30", "time_zone": "Europe/Berlin"},
            "scheduled_at",
            "schedule.time_missing",
        ),
        (
            {"scheduled_at": "2021-10-31T02:30", "time_zone": "Europe/Berlin"},
            "scheduled_at",
            "schedule.time_twice",
        ),
        ({"scheduled_at": ["x"]}, "scheduled_at", "invalid"),
        ({"scheduled_at": ""}, "scheduled_at", "invalid"),
        ({"scheduled_at": 7}, "scheduled_at", "invalid"),
        ({"time_zone": "Europe/Berlin"}, "scheduled_at", "invalid"),
        ({"cohosts": ["somebody"]}, "scheduled_at", "invalid"),
        ({"series": {"every": "week"}}, "scheduled_at", "invalid"),
        ({"scheduled_at": "2099-01-01T10:00Z", "cohosts": "maya"}, "cohosts", "invalid"),
        ({"scheduled_at": "2099-01-01T10:00Z", "series": "weekly"}, "series", "invalid"),
        ({"scheduled_at": "2099-01-01T10:00Z", "series": {"until": 5}}, "series.every", "invalid"),
        ({"scheduled_at": "2099-01-01T10:00Z", "fold": {"a": 1}}, "fold", "invalid"),
    ],
)
def test_bad_input_names_its_field(api, host, body, field, code):
    answer = refused(api(host).post(SPACES, {"title": "Mine"} | body), 400, code)
    assert any(name.startswith(field) for name in answer["fields"]), answer
    assert not Space.objects.exists()


def test_the_eleventh(api, host, ahead, settings):
    settings.SPACES_SCHEDULED_MAX = 1
    body = {"title": "Mine", "scheduled_at": wire(ahead.scheduled_at)}
    refused(api(host).post(SPACES, body), 409, "schedule.too_many")


def test_changed_and_moved(api, host, ahead, soon):
    url = f"{SPACES}{ahead.pk}/"
    answer = api(host).patch(url, {"title": "New", "language": "de", "scheduled_at": wire(soon)})
    assert answer.status_code == 200
    assert (answer.json()["title"], answer.json()["language"]) == ("New", "de")
    assert answer.json()["scheduled_at"] == wire(soon)
    answer = refused(api(host).patch(url, {"scheduled_at": "2020-01-01T10:00Z"}), 400, "schedule.past")
    assert list(answer["fields"]) == ["scheduled_at"]


def test_a_live_space_is_not_moved(api, host, space, soon):
    body = {"scheduled_at": wire(soon)}
    refused(api(host).patch(f"{SPACES}{space.pk}/", body), 409, "schedule.not_scheduled")
    assert api(host).patch(f"{SPACES}{space.pk}/", {"title": "New"}).json()["title"] == "New"


@pytest.mark.parametrize("act", ["start", "cancel"])
def test_others_are_refused(api, ahead, outsider, act):
    refused(api(outsider).post(f"{SPACES}{ahead.pk}/{act}/"), 403, "space.not_host")
    refused(api(None).post(f"{SPACES}{ahead.pk}/{act}/"), 401, "not_signed_in")
    refused(api(outsider).patch(f"{SPACES}{ahead.pk}/", {"title": "Theirs"}), 403, "space.not_moderator")


def test_started(api, host, listener, ahead):
    url = f"{SPACES}{ahead.pk}/"
    refused(api(listener).post(f"{url}join/"), 409, "space.not_started")
    refused(api(host).post(f"{url}start/"), 409, "schedule.too_early")
    Space.objects.filter(pk=ahead.pk).update(scheduled_at=timezone.now())
    for _ in range(2):
        assert api(host).post(f"{url}start/").json()["state"] == "live"
    assert api(listener).post(f"{url}join/").status_code == 200
    refused(api(host).post(f"{url}cancel/"), 409, "schedule.not_scheduled")


def test_cancelled(api, host, listener, ahead):
    url = f"{SPACES}{ahead.pk}/"
    for _ in range(2):
        answer = api(host).post(f"{url}cancel/")
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    refused(api(listener).post(f"{url}join/"), 410, "space.ended")
    refused(api(host).post(f"{url}start/"), 410, "space.ended")


def test_a_series_is_ended(api, host, outsider):
    first = scheduled(host, timezone.now(), series={"every": "week"})
    url = f"/api/v1/space-series/{first.series_id}/"
    refused(api(outsider).delete(url), 404, "not_found")
    refused(api(host).delete("/api/v1/space-series/99999999999999999999999/"), 404, "not_found")
    for _ in range(2):
        assert api(host).delete(url).status_code == 204
    assert not Space.objects.filter(state="scheduled").exists()


def test_this_one_and_those_that_follow(api, host):
    first = scheduled(host, timezone.now(), series={"every": "week"})
    api(host).post(f"{SPACES}{first.pk}/cancel/", {"following": True})
    assert not Space.objects.filter(state="scheduled").exists()


def test_lists(api, host, listener, ahead):
    now = timezone.now()
    sooner = scheduled(host, now, hours=2)
    cancelled = scheduled(host, now, hours=3)
    space_cancel(space=cancelled, by=host, now=now)
    rows = api(None).get(f"{SPACES}?state=scheduled").json()["results"]
    assert {row["id"] for row in rows} == {str(ahead.pk), str(sooner.pk)}
    assert [row["waiting"] for row in rows] == [0, 0]
    mine = api(host).get("/api/v1/me/scheduled/").json()["results"]
    assert [(row["id"], row["role"]) for row in mine] == [(str(sooner.pk), "host"), (str(ahead.pk), "host")]
    assert api(listener).get("/api/v1/me/scheduled/").json()["results"] == []
    refused(api(None).get("/api/v1/me/scheduled/"), 401, "not_signed_in")


def test_my_list_costs_the_same_however_long(api, host, django_assert_num_queries):
    client = api(host)
    client.get("/api/v1/me/scheduled/")
    for _ in range(2):
        scheduled(host, timezone.now(), series={"every": "week"})
        # Session, user; Spaces, topics.
        with django_assert_num_queries(4):
            client.get("/api/v1/me/scheduled/")


def test_the_zone_of_a_browser(api, listener):
    answer = api(listener).patch("/api/v1/me/", {"time_zone": "Europe/Berlin"})
    assert answer.json()["time_zone"] == "Europe/Berlin"
    listener.refresh_from_db()
    assert listener.time_zone == "Europe/Berlin"
    for wrong in ("", "Mars/Base", "x" * 500, "\0"):
        answer = refused(api(listener).patch("/api/v1/me/", {"time_zone": wrong}), 400, "invalid")
        assert list(answer["fields"]) == ["time_zone"]
