"""Calendar files are read back as other calendars read them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from icalendar import Calendar, Event

from accounts.models import Block, User
from rooms.models import CalendarFeed, Participation, Role, Space
from rooms.selectors.calendars import feed_owner, feed_spaces, upcoming_for
from rooms.services.calendars import (
    calendar_feed,
    calendar_feed_reset,
    person_calendar,
    space_calendar,
)
from rooms.services.reminders import plan_reminders, reminder_set, tell_cancelled
from spaces_project.lib.errors import NotFound
from tests.factories import UserFactory
from tests.rooms.announced import announced, closed, on_air, waiting
from tests.rooms.answers import refused
from tests.rooms.racing import at_once

pytestmark = pytest.mark.django_db

DAY = 86_400
# What a calendar file gives a meaning to, and what needs more than one byte or runs the other way.
AWKWARD = 'Jazz; blues, \\soul\\ & "more": voilà 🎷👩‍👩‍👧 שלום עולם'


def events(content: bytes) -> list[Any]:
    """The events of a file, after looking at its form: lines of at most 75 bytes, each ended by CRLF (RFC 5545, 3.1)."""
    assert content.endswith(b"\r\n")
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    calendar = Calendar.from_ical(content)
    assert isinstance(calendar, Calendar)
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
    assert not calendar.errors
    found = [part for part in calendar.subcomponents if isinstance(part, Event)]
    assert len(found) == len(calendar.subcomponents)
    assert not any(event.errors for event in found)
    return found


def event_of(space: Space) -> Any:
    (event,) = events(space_calendar(Space.objects.get(pk=space.pk)))
    return event


def cohosts(space: Space, user: User) -> None:
    Participation.objects.create(space=space, user=user, role=Role.COHOST, left_at=space.created_at)


def test_one_space(host, now, at):
    space = announced(host, at(DAY), description="Bring coffee.\nAnd a friend.", sequence=2)
    plan_reminders(space, now=now)
    event = event_of(space)
    assert event["uid"] == f"{space.pk}@testserver"
    assert event["sequence"] == 2
    assert event["summary"] == "Morning voices"
    url = f"http://testserver/spaces/{space.pk}/"
    assert event["url"] == url
    assert event["description"] == f"Bring coffee.\nAnd a friend.\n\n{url}"
    assert event["dtstart"].dt == at(DAY)
    assert event["dtend"].dt == at(DAY) + timedelta(hours=1)
    assert event["dtstamp"].dt == event["last-modified"].dt == now
    assert event["status"] == "CONFIRMED"
    assert event["organizer"] == "http://testserver/@the_host/"
    assert event["organizer"].params["CN"] == "The Host"
    assert b"example.com" not in space_calendar(space), "no e-mail address is given away"


@pytest.mark.parametrize(
    ("title", "description"),
    [
        (AWKWARD[:70], AWKWARD * 8),
        ("🎷" * 70, "🎷" * 400),
        ("שלום" * 17, "مرحبا\n" * 60),
        ("BEGIN:VEVENT", "END:VEVENT\nEND:VCALENDAR\r\nATTACH:http://evil.test/"),
        ("\\n \\, \\; \\\\", "\\n\n\\\\n"),
    ],
    ids=["signs", "emoji", "right-to-left", "injection", "escapes"],
)
def test_whatever_was_written_is_read_back(host, at, title, description):
    host.name = 'The "Host": a; b, c\\'
    host.save()
    event = event_of(announced(host, at(DAY), title=title, description=description))
    assert event["summary"] == title
    assert event["description"].replace("\r\n", "\n").startswith(description.replace("\r\n", "\n"))
    assert "attach" not in event
    # RFC 6868 has a way for quotation marks.
    assert event["organizer"].params["CN"] == host.name


def test_a_change_is_the_same_event_with_a_higher_sequence(host, at):
    space = announced(host, at(DAY))
    plan_reminders(space, now=at(0))
    before = event_of(space)
    space.scheduled_at, space.sequence = at(2 * DAY), 1
    space.save()
    plan_reminders(space, now=at(60))
    after = event_of(space)
    assert after["uid"] == before["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 1)
    assert (before["dtstamp"].dt, after["dtstamp"].dt) == (at(0), at(60))
    assert after["dtstart"].dt == at(2 * DAY)


@pytest.mark.parametrize("state", ["cancelled", "expired"])
def test_called_off_it_is_struck_out(host, at, state):
    space = announced(host, at(DAY))
    plan_reminders(space, now=at(0))
    closed(space, state, at(30))
    event = event_of(space)
    assert event["status"] == "CANCELLED"
    assert event["last-modified"].dt == at(30)


def test_times_are_right_across_a_change_of_the_clocks(host):
    """29 March 2026, 01:00 UTC: in Berlin 02:00 becomes 03:00."""
    for hour, local in ((0, 1), (1, 3)):
        space = announced(host, datetime(2026, 3, 29, hour, 30, tzinfo=UTC), time_zone="Europe/Berlin")
        moment = event_of(space)["dtstart"].dt
        assert moment == space.scheduled_at
        assert moment.astimezone(ZoneInfo("Europe/Berlin")).hour == local


def test_a_space_that_was_never_announced_has_no_file(host, now, client):
    space = Space.objects.create(host=host, title="At once", state="live", started_at=now)
    with pytest.raises(NotFound):
        space_calendar(space)
    assert client.get(f"/spaces/{space.pk}/calendar.ics").status_code == 404


class TestFeed:
    """The feed of a person."""

    def feed(self, user: User, now: datetime) -> dict[str, Any]:
        """Title → event."""
        return {str(one["summary"]): one for one in events(person_calendar(feed_spaces(user, now=now)))}

    def test_what_one_hosts_helps_with_and_asked_for(self, host, listener, speaker, now, at):
        hosted = announced(listener, at(DAY), title="Mine")
        helped = announced(host, at(2 * DAY), title="Helped")
        cohosts(helped, listener)
        asked = announced(host, at(3 * DAY), title="Asked")
        reminder_set(space=asked, user=listener, now=now)
        announced(host, at(DAY), title="Somebody else's")
        Participation.objects.create(space=hosted, user=speaker, role=Role.SPEAKER, left_at=now)
        assert list(self.feed(listener, now)) == ["Mine", "Helped", "Asked"]
        assert self.feed(speaker, now) == {}
        assert self.feed(UserFactory(), now) == {}
        # Once, whatever one has to do with it.
        reminder_set(space=helped, user=listener, now=now)
        assert len(events(person_calendar(feed_spaces(listener, now=now)))) == 3

    def test_the_last_thirty_days_and_all_that_comes(self, host, now, at):
        announced(host, at(-31 * DAY), title="Too old")
        over = announced(host, at(-29 * DAY), title="Over")
        on_air(over, at(-29 * DAY))
        Space.objects.filter(pk=over.pk).update(state="ended", ended_at=at(-28 * DAY), end_reason="host")
        announced(host, at(29 * DAY), title="Far")
        Space.objects.create(host=UserFactory(), title="At once", state="live", started_at=now)
        assert list(self.feed(host, now)) == ["Over", "Far"]

    def test_called_off_stays_and_is_struck_out(self, host, listener, now, at):
        space = announced(host, at(DAY))
        reminder_set(space=space, user=listener, now=now)
        tell_cancelled(closed(space, "cancelled", at(5)), now=at(5))
        event = self.feed(listener, now)["Morning voices"]
        assert (event["status"], event["uid"]) == ("CANCELLED", f"{space.pk}@testserver")

    def test_nothing_across_a_block(self, host, listener, now, at):
        space = announced(host, at(DAY))
        reminder_set(space=space, user=listener, now=now)
        Block.objects.create(owner=host, person=listener)
        assert self.feed(listener, now) == {}
        assert list(upcoming_for(listener)) == []

    def test_queries_are_the_same_for_ten_and_a_thousand(
        self, host, listener, client, at, django_assert_num_queries
    ):
        address = f"/calendar/{calendar_feed(user=listener, now=at(0)).secret}.ics"
        for number in (10, 990):
            spaces = Space.objects.bulk_create(
                Space(host=host, title=f"Space {n}", state="scheduled", scheduled_at=at(DAY + n))
                for n in range(number)
            )
            for space in spaces:
                waiting(space, [listener])
            with django_assert_num_queries(2):
                content = client.get(address).content
        assert content.count(b"BEGIN:VEVENT") == 1000

    def test_names_itself_to_calendars(self, host, now):
        calendar = Calendar.from_ical(person_calendar([]))
        assert isinstance(calendar, Calendar)
        assert (calendar["x-wr-calname"], calendar["name"]) == ("Spaces", "Spaces")
        assert calendar["refresh-interval"].dt == timedelta(hours=1)
        assert calendar["refresh-interval"].params["VALUE"] == "DURATION"


class TestAddress:
    """Who has the secret reads the calendar; nobody else."""

    def test_made_once_and_reset(self, listener, client, now, at):
        feed = calendar_feed(user=listener, now=now)
        assert calendar_feed(user=listener, now=at(9)).secret == feed.secret
        assert feed_owner(feed.secret) == listener
        old = f"/calendar/{feed.secret}.ics"
        assert client.get(old).status_code == 200
        new = calendar_feed_reset(user=listener, now=at(10)).secret
        assert new != feed.secret
        assert client.get(old).status_code == 404
        assert client.get(f"/calendar/{new}.ics").status_code == 200
        assert CalendarFeed.objects.count() == 1

    @pytest.mark.parametrize("secret", ["x", "a" * 43, "%00" * 43, "ü" * 43, "a" * 4000, "' OR 1=1 --"])
    def test_made_up_secrets_lead_nowhere(self, client, listener, now, secret):
        calendar_feed(user=listener, now=now)
        assert client.get(f"/calendar/{secret}.ics").status_code == 404

    def test_of_somebody_switched_off(self, listener, client, now):
        feed = calendar_feed(user=listener, now=now)
        User.objects.filter(pk=listener.pk).update(is_active=False)
        assert client.get(f"/calendar/{feed.secret}.ics").status_code == 404

    def test_over_rest(self, listener, api, client):
        mine, path = api(listener), "/api/v1/me/calendar-feed/"
        first = mine.get(path).json()["url"]
        assert first.startswith(settings.SITE_URL)
        assert mine.get(path).json()["url"] == first
        second = mine.post(path).json()["url"]
        assert second != first
        assert client.get(first.removeprefix(settings.SITE_URL)).status_code == 404
        assert client.get(second.removeprefix(settings.SITE_URL)).status_code == 200
        refused(api(None).get(path), 401, "not_signed_in")

    @pytest.mark.postgres
    @pytest.mark.django_db(transaction=True)
    def test_asked_for_by_many_at_once_there_is_one(self, listener, now):
        secrets = at_once(*[lambda: calendar_feed(user=listener, now=now).secret] * 8)
        assert len(set(secrets)) == 1


class TestHttp:
    """How the files are served."""

    def test_headers_and_not_modified(self, host, client, at):
        space = announced(host, at(DAY))
        for path in (
            f"/spaces/{space.pk}/calendar.ics",
            f"/calendar/{calendar_feed(user=host, now=at(0)).secret}.ics",
        ):
            response = client.get(path)
            assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
            assert response.headers["Cache-Control"] == "private, no-cache"
            assert "Set-Cookie" not in response.headers
            etag = response.headers["ETag"]
            again = client.get(path, headers={"If-None-Match": etag})
            assert (again.status_code, again.content) == (304, b"")
            assert client.head(path).status_code == 200
            assert client.post(path).status_code == 405
            Space.objects.filter(pk=space.pk).update(title=f"New {path[:9]}")
            changed = client.get(path, headers={"If-None-Match": etag})
            assert changed.status_code == 200
            assert changed.headers["ETag"] != etag

    def test_a_space_that_is_none(self, client, db):
        for space_id in ("nothing", "00000000-0000-7000-8000-000000000000"):
            assert client.get(f"/spaces/{space_id}/calendar.ics").status_code == 404


def test_my_calendar_over_rest(listener, host, api, at, now, django_assert_num_queries):
    own = announced(listener, at(3 * DAY), title="Mine")
    helped = announced(host, at(2 * DAY), title="Helped")
    cohosts(helped, listener)
    asked = announced(host, at(DAY), title="Asked", description="Bring coffee.")
    reminder_set(space=asked, user=listener, now=now)
    gone = announced(host, at(DAY), title="Gone")
    reminder_set(space=gone, user=listener, now=now)
    closed(gone, "cancelled", now)
    mine = api(listener)
    page = mine.get("/api/v1/me/calendar/", {"limit": 2}).json()
    assert [(row["title"], row["mine"]) for row in page["results"]] == [
        ("Asked", "reminder"),
        ("Helped", "cohost"),
    ]
    first = page["results"][0]
    assert (first["id"], first["waiting"], first["description"]) == (str(asked.pk), 1, "Bring coffee.")
    assert first["host"]["handle"] == host.handle
    rest = mine.get(page["next"]).json()
    assert [(row["id"], row["mine"]) for row in rest["results"]] == [(str(own.pk), "host")]
    refused(mine.get("/api/v1/me/calendar/", {"cursor": "no"}), 400, "cursor.invalid")
    refused(api(None).get("/api/v1/me/calendar/"), 401, "not_signed_in")
