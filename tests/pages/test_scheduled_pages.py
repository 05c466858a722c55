"""The pages of announced Spaces: the form, the page for everybody, the host's acts, what is said once it is off."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Block, User
from rooms.models import Invitation, Participation, Reminder, Space
from rooms.services.schedule import space_cancel, spaces_expire
from tests.factories import FollowFactory, UserFactory
from tests.pages.conftest import Visit
from tests.pages.documents import Document
from tests.pages.test_policy import check
from tests.rooms.ahead import scheduled

FIELDS = {"when": "later", "title": "Office hours", "language": "en", "speak_policy": "everyone"}


@pytest.fixture
def ahead(host: User, now: datetime) -> Space:
    """A Space that starts tomorrow."""
    return scheduled(host, now, title="Morning <jazz>", description="Bring\ncoffee.", recording_wanted=True)


@pytest.fixture
def browser(visitor: Callable[[User | None], Client], host: User) -> Client:
    """The host's browser."""
    return visitor(host)


class TestForm:
    """/spaces/new/ and /spaces/<id>/edit/"""

    def test_announces(self, browser: Client, host: User, cohost: User) -> None:
        FollowFactory(follower=cohost, followee=host)
        local = (timezone.now() + timedelta(days=2)).replace(second=0, microsecond=0, tzinfo=None)
        response = browser.post(
            "/spaces/new/",
            FIELDS
            | {
                "scheduled_at": f"{local:%Y-%m-%dT%H:%M}",
                "time_zone": "UTC",
                "every": "week",
                "until": "",
                "cohosts": "@a_cohost",
                "recording_wanted": "on",
            },
        )
        space = Space.objects.order_by("scheduled_at")[0]
        assert response.headers["Location"] == space.get_absolute_url()
        assert space.scheduled_at == local.replace(tzinfo=UTC)
        assert (space.recording_wanted, space.series is not None) == (True, True)
        assert Invitation.objects.filter(space=space, user=cohost).exists()

    @pytest.mark.parametrize(
        ("fields", "id", "words"),
        [
            ({"scheduled_at": ""}, "scheduled-at-error", "Choose a date and a time."),
            ({"scheduled_at": "2020-01-01T10:00"}, "scheduled-at-error", "This time has passed."),
            ({"scheduled_at": "2099-01-01T10:00"}, "scheduled-at-error", "within the next 30 days"),
            ({"time_zone": "Mars/Base"}, "time-zone-error", "Choose a time zone from the list."),
            ({"time_zone": ""}, "time-zone-error", "Choose a time zone from the list."),
            ({"every": "day"}, "every-error", "Choose every week or every month."),
            ({"every": "week", "until": "2020-01-01"}, "until-error", "before the first one"),
            ({"cohosts": "@nobody_here"}, "cohosts-error", "nobody called @nobody_here"),
            ({"description": "x" * 501}, "description-error", "Use at most 500 characters."),
        ],
    )
    def test_says_what_is_wrong_beside_its_field(
        self, browser: Client, fields: dict[str, str], id: str, words: str
    ) -> None:
        local = timezone.now() + timedelta(days=2)
        typed = FIELDS | {"scheduled_at": f"{local:%Y-%m-%dT%H:%M}", "time_zone": "UTC"} | fields
        response = browser.post("/spaces/new/", typed)
        assert response.status_code == 400
        page = check(response)
        assert words in page.one("p", id=id).text
        assert page.one("input", id="scheduled-at")["value"] == typed["scheduled_at"]
        assert "checked" in page.one("input", name="when", value="later")
        assert not Space.objects.exists()

    def test_asks_which_of_two_equal_times(self, browser: Client) -> None:
        typed = FIELDS | {"scheduled_at": "2021-10-31T02:30", "time_zone": "Europe/Berlin"}
        page = check(browser.post("/spaces/new/", typed))
        assert "UTC+2" in page.one("p", id="scheduled-at-error").text
        assert [one["value"] for one in page.all("input", name="fold")] == ["earlier", "later"]
        # With an answer the only thing wrong is that it was long ago.
        page = check(browser.post("/spaces/new/", typed | {"fold": "later"}))
        assert page.one("p", id="scheduled-at-error").text == "This time has passed."

    def test_the_zone_of_the_reader_is_chosen(self, browser: Client, host: User) -> None:
        select = Document(browser.get("/spaces/new/?later")).one("select", id="time-zone")
        assert "data-own-zone" in select
        User.objects.filter(pk=host.pk).update(time_zone="Asia/Calcutta")
        page = check(browser.get("/spaces/new/?later"))
        assert "data-own-zone" not in page.one("select", id="time-zone")
        chosen = [one.text for one in page.all("option") if "selected" in one]
        assert "Asia/Calcutta" in chosen

    def test_lists_what_is_announced(self, browser: Client, ahead: Space) -> None:
        page = check(browser.get("/spaces/new/"))
        assert ahead.get_absolute_url() in [link["href"] for link in page.all("a", class_="space-row__title")]

    def test_edits(self, browser: Client, ahead: Space) -> None:
        url = f"/spaces/{ahead.pk}/edit/"
        page = check(browser.get(url))
        assert page.one("input", name="title")["value"] == "Morning <jazz>"
        unchanged = {
            "scheduled_at": page.one("input", id="scheduled-at")["value"],
            "time_zone": "UTC",
            "language": "en",
            "speak_policy": "everyone",
        }
        before = ahead.scheduled_at
        assert browser.post(url, unchanged | {"title": "New"}).status_code == 302
        ahead.refresh_from_db()
        # To the second, which the form does not show.
        assert (ahead.title, ahead.scheduled_at) == ("New", before)
        page = check(browser.post(url, unchanged | {"title": "", "scheduled_at": "2020-01-01T10:00"}))
        assert page.response.status_code == 400
        assert len(page.all(class_="field__error")) == 2

    def test_a_co_host_does_not_move_it(
        self, visitor: Callable[[User | None], Client], ahead: Space, cohost: User
    ) -> None:
        Participation.objects.create(space=ahead, user=cohost, role="cohost", left_at=ahead.created_at)
        client = visitor(cohost)
        url = f"/spaces/{ahead.pk}/edit/"
        assert check(client.get(url)).all("input", id="scheduled-at") == []
        answer = client.post(url, {"title": "Ours", "language": "en", "speak_policy": "everyone"})
        assert answer.status_code == 302
        ahead.refresh_from_db()
        assert ahead.title == "Ours"

    @pytest.mark.parametrize("path", ["edit/", "cancel/"])
    def test_others_are_told_so(self, visit: Visit, ahead: Space, outsider: User, path: str) -> None:
        visit(outsider, f"/spaces/{ahead.pk}/{path}", status=403)


class TestPage:
    """/spaces/<id>/"""

    def test_for_guests(self, client: Client, ahead: Space) -> None:
        page = check(client.get(ahead.get_absolute_url()))
        root = page.one("article")
        assert (root["data-space"], root["data-space-state"]) == (str(ahead.pk), "scheduled")
        assert page.one(class_="starts__countdown").text == "in 23 hours"
        assert page.one(class_="starts__when").text
        assert "will be recorded" in page.text
        assert page.one(data_waiting=str(ahead.pk)).text == "0"
        assert f"{ahead.get_absolute_url()}calendar.ics" in [link["href"] for link in page.all("a")]
        assert not {"Edit", "Start now"} & {one.text for one in page.elements if one.tag in ("a", "button")}

    def test_for_members(self, visit: Visit, ahead: Space, listener: User, now: datetime) -> None:
        assert "Remind me" in visit(listener, ahead.get_absolute_url()).text
        Reminder.objects.create(space=ahead, user=listener, created_at=now)
        assert "Reminder on" in visit(listener, ahead.get_absolute_url()).text

    def test_in_the_readers_zone(self, visit: Visit, ahead: Space, listener: User) -> None:
        moment = datetime(2027, 3, 28, 16, 0, tzinfo=UTC)
        Space.objects.filter(pk=ahead.pk).update(scheduled_at=moment)
        User.objects.filter(pk=listener.pk).update(time_zone="Europe/Berlin")
        listener.refresh_from_db()
        when = visit(listener, ahead.get_absolute_url()).one(class_="starts__when")
        assert "18:00" in when.text

    def test_for_the_host(self, browser: Client, ahead: Space) -> None:
        page = check(browser.get(ahead.get_absolute_url()))
        [start] = [one for one in page.all("button") if one.text == "Start now"]
        assert "disabled" in start
        assert start["data-enabled-from"]
        assert browser.post(f"/spaces/{ahead.pk}/start/").status_code == 409
        Space.objects.filter(pk=ahead.pk).update(scheduled_at=timezone.now() + timedelta(minutes=29))
        [start] = [
            one
            for one in Document(browser.get(ahead.get_absolute_url())).all("button")
            if one.text == "Start now"
        ]
        assert "disabled" not in start
        response = browser.post(f"/spaces/{ahead.pk}/start/")
        assert response.headers["Location"] == f"{ahead.get_absolute_url()}?open=1"
        assert (
            Document(browser.get(response.headers["Location"])).one("article")["data-space-state"] == "live"
        )

    def test_who_is_invited_answers(
        self, visitor: Callable[[User | None], Client], host: User, cohost: User, now: datetime
    ) -> None:
        FollowFactory(follower=cohost, followee=host)
        space = scheduled(host, now, cohosts=["a_cohost"])
        client = visitor(cohost)
        assert "asks you to co-host" in check(client.get(space.get_absolute_url())).text
        for answer, role in (("accept", "cohost"), ("step_down", None)):
            assert client.post(f"/spaces/{space.pk}/cohost/", {"answer": answer}).status_code == 302
            place = Participation.objects.filter(space=space, user=cohost).first()
            assert getattr(place, "role", None) == role

    def test_nobody_across_a_block(self, visit: Visit, ahead: Space, listener: User, now: datetime) -> None:
        Block.objects.create(owner=ahead.host, person=listener, created_at=now)
        visit(listener, ahead.get_absolute_url(), status=404)

    def test_cancelled(self, browser: Client, ahead: Space) -> None:
        check(browser.get(f"/spaces/{ahead.pk}/cancel/"))
        assert browser.post(f"/spaces/{ahead.pk}/cancel/").headers["Location"] == ahead.get_absolute_url()
        page = check(browser.get(ahead.get_absolute_url()))
        assert "has cancelled this Space" in page.text
        assert page.one("article")["data-space-state"] == "cancelled"
        assert browser.get(f"/spaces/{ahead.pk}/edit/").status_code == 409

    def test_expired(self, client: Client, ahead: Space, now: datetime) -> None:
        spaces_expire(now=now + timedelta(days=2))
        assert "did not start this Space in time" in check(client.get(ahead.get_absolute_url())).text

    def test_a_series_is_cancelled_from_here_on(self, browser: Client, host: User, now: datetime) -> None:
        first = scheduled(host, now, series={"every": "week"})
        assert "all that follow" in check(browser.get(f"/spaces/{first.pk}/cancel/")).text
        browser.post(f"/spaces/{first.pk}/cancel/", {"which": "following"})
        assert not Space.objects.filter(state="scheduled").exists()

    def test_queries_do_not_grow_with_those_who_wait(
        self,
        visitor: Callable[[User | None], Client],
        ahead: Space,
        listener: User,
        now: datetime,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        client = visitor(listener)
        client.get(ahead.get_absolute_url())
        for number in (5, 50):
            people = UserFactory.create_batch(number)
            Reminder.objects.bulk_create(
                Reminder(space=ahead, user=person, created_at=now) for person in people
            )
            with django_assert_max_num_queries(10):
                client.get(ahead.get_absolute_url())


def test_the_profile_says_what_comes(visit: Visit, ahead: Space, host: User, now: datetime) -> None:
    other = scheduled(host, now, hours=2, title="Sooner")
    gone = scheduled(host, now, hours=3, title="Gone")
    space_cancel(space=gone, by=host, now=now)
    page = visit(None, f"{host.get_absolute_url()}?tab=spaces")
    assert [link["href"] for link in page.all("a", class_="space-row__title")] == [
        other.get_absolute_url(),
        ahead.get_absolute_url(),
    ]
