"""My calendar, its address, and the button that asks to be reminded."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rooms.models import CalendarFeed, Participation, Reminder, Role, Space
from rooms.services.reminders import reminder_set
from tests.pages.documents import Document
from tests.rooms.announced import announced, closed, on_air, waiting
from tests.social.crowds import crowd

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def ahead(host, now) -> Space:
    """A Space of tomorrow."""
    return announced(host, now + timedelta(days=1))


def rows(page: Document) -> list[str]:
    return [row.text for row in page.all("div", class_="space-row")]


def test_is_for_members(visitor):
    response = visitor(None).get("/calendar/")
    assert (response.status_code, response.headers["Location"]) == (302, "/accounts/login/?next=/calendar/")


def test_empty_it_says_what_to_do(visit, listener):
    page = visit(listener, "/calendar/")
    assert page.problems() == []
    assert "Nothing ahead yet" in page.text
    links = page.all("a", href="/spaces/?tab=upcoming")
    assert [link.text for link in links] == ["Find Spaces", "See what is coming"]


def test_what_one_hosts_helps_with_and_asked_for(visit, listener, host, maya, ahead, now):
    own = announced(listener, now + timedelta(days=2), title="My <own>")
    Participation.objects.create(
        space=announced(maya, now + timedelta(days=3), title="Helped"),
        user=listener,
        role=Role.COHOST,
        left_at=now,
    )
    reminder_set(space=ahead, user=listener, now=now)
    waiting(ahead, crowd(1200))
    gone = announced(maya, now + timedelta(days=1), title="Gone")
    reminder_set(space=gone, user=listener, now=now)
    closed(gone, "cancelled", now)
    live = announced(maya, now, title="On air")
    reminder_set(space=live, user=listener, now=now)
    on_air(live, now)
    page = visit(listener, "/calendar/")
    assert page.problems() == []
    shown = rows(page)
    assert len(shown) == 4
    assert ["On air" in shown[0], "Live" in shown[0]] == [True, True]
    assert "Morning voices" in shown[1]
    assert "1.2K waiting" in shown[1]
    assert "My <own>" in shown[2]
    assert "You host" in shown[2]
    assert "Co-host" in shown[3]
    times = page.all("time", data_local=None)
    assert own.scheduled_at is not None
    assert times[2]["datetime"] == own.scheduled_at.isoformat(timespec="seconds")
    assert "UTC" in times[2].text


def test_times_are_in_the_zone_of_the_reader(visit, listener, now):
    listener.time_zone = "Australia/Lord_Howe"
    listener.save()
    at = (now + timedelta(days=2)).replace(month=6, day=5, hour=20, minute=0, second=0, microsecond=0)
    announced(listener, at.replace(year=now.year + 1))
    time = visit(listener, "/calendar/").all("time", data_local=None)[0]
    # Half an hour more than any other zone has: 10:30 ahead of UTC.
    assert "6 Jun, 06:30" in time.text
    assert "UTC" not in time.text


def test_queries_are_the_same_for_one_row_and_for_fifty(client, listener, host, now):
    client.force_login(listener)
    client.get("/calendar/")
    counted = []
    for number in (1, 49):
        for n in range(number):
            reminder_set(space=announced(host, now + timedelta(days=1, minutes=n)), user=listener, now=now)
        with CaptureQueriesContext(connection) as captured:
            page = Document(client.get("/calendar/"))
        counted.append(len(captured))
    assert len(rows(page)) == 50
    assert counted[0] == counted[1]


def test_the_address_is_shown_copied_and_reset(visitor, listener):
    client: Client = visitor(listener)
    page = Document(client.get("/calendar/"))
    address = page.one("input", id="feed-url")["value"]
    assert address == f"http://testserver/calendar/{CalendarFeed.objects.get().secret}.ics"
    assert page.one("button", data_copy=address)
    assert page.one("a", href=address.replace("http:", "webcal:"))
    assert visitor(None).get(address).status_code == 200
    done = Document(client.post("/calendar/reset/", follow=True))
    assert "Your calendar has a new address." in done.source
    assert done.one("input", id="feed-url")["value"] != address
    assert visitor(None).get(address).status_code == 404
    assert client.get("/calendar/reset/").status_code == 405


def test_settings_lead_to_it(visit, listener):
    assert visit(listener, "/settings/").one("a", class_="settings-row", href="/calendar/")


class TestButton:
    """Remind me."""

    def test_by_htmx_it_turns_and_the_number_with_it(self, client, listener, ahead):
        client.force_login(listener)
        path = ahead.get_absolute_url()
        on = Document(client.post(f"{path}remind/", {"count": "1"}, headers=HTMX))
        assert on.one("form")["action"] == f"{path}unremind/"
        assert on.one("button").text == "Reminder on Turn off"
        assert on.one("strong", id="waiting-count", data_waiting=str(ahead.pk)).text == "1"
        assert on.one("form")["hx-select"] == "unset"
        off = Document(client.post(f"{path}unremind/", headers=HTMX))
        assert off.one("form")["action"] == f"{path}remind/"
        assert off.all("strong") == []
        assert not Reminder.objects.exists()

    def test_without_javascript_one_comes_back(self, client, listener, ahead):
        client.force_login(listener)
        path = ahead.get_absolute_url()
        response = client.post(f"{path}remind/", {"next": "/calendar/"})
        assert (response.status_code, response.headers["Location"]) == (302, "/calendar/")
        assert Reminder.objects.get().user == listener
        response = client.post(f"{path}unremind/", {"next": "https://evil.test/"})
        assert response.headers["Location"] == path

    def test_guests_sign_in_first(self, client, ahead):
        response = client.post(f"{ahead.get_absolute_url()}remind/")
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/accounts/login/")

    def test_too_late_is_said_in_words(self, client, listener, ahead, now):
        closed(ahead, "cancelled", now)
        client.force_login(listener)
        answer = client.post(f"{ahead.get_absolute_url()}remind/", headers=HTMX)
        assert answer.status_code == 409
        assert "not ahead any more" in Document(answer).text
        assert answer.headers["HX-Retarget"] == "#main"
