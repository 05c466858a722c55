"""The page of a Space (lists: test_discovery_pages): for guests, members, the host; live, ended, unknown."""

from datetime import datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from rooms.models import Participation, Role, Space
from tests.factories import UserFactory
from tests.pages.conftest import Visit
from tests.pages.documents import Document


def main_button(page: Document) -> str:
    """The words of the button that leads into the Space."""
    return next(link for link in page.all("a", class_="button--big") if link.inside("main")).text


def test_live_for_a_guest(visit: Visit, space: Space) -> None:
    page = visit(None, space.get_absolute_url())

    assert page.one("h1").text == "Morning <jazz>"
    assert main_button(page) == "Sign in to listen"
    assert page.all(data_join_space=str(space.pk)) == []
    root = page.one("article")
    assert (root["data-space"], root["data-space-state"]) == (str(space.pk), "live")
    assert page.one("meta", property="og:title")["content"] == "Morning <jazz>"
    assert page.one("meta", property="og:description")["content"].startswith("The Host (@the_host) is live")


def test_live_for_a_member(visit: Visit, space: Space, listener: User) -> None:
    page = visit(listener, space.get_absolute_url())

    assert main_button(page) == "Start listening"
    assert page.one("a", class_="button--big", data_join_space=str(space.pk))
    assert page.all("dialog") == []
    assert "End for everyone" not in page.text


def test_live_for_the_host(visit: Visit, space: Space, host: User) -> None:
    page = visit(host, space.get_absolute_url())

    assert main_button(page) == "Open your Space"
    assert page.one("dialog", id="end-space")
    assert "data-opens-itself" not in page.one("article")


def test_opens_itself_only_for_the_host_who_has_just_started_it(
    visit: Visit, space: Space, host: User, listener: User
) -> None:
    path = f"{space.get_absolute_url()}?open=1"

    assert "data-opens-itself" in visit(host, path).one("article")
    assert "data-opens-itself" not in visit(listener, path).one("article")


def test_shows_the_stage_in_its_order(
    visit: Visit, space: Space, speaker: User, cohost: User, now: datetime
) -> None:
    for user, role in ((speaker, Role.SPEAKER), (cohost, Role.COHOST)):
        Participation.objects.create(space=space, user=user, role=role, on_stage_since=now)

    page = visit(None, space.get_absolute_url())

    on_stage = [link["href"] for link in page.all("a", class_="person__name")[1:]]
    assert on_stage == ["/@the_host/", "/@a_cohost/", "/@a_speaker/"]
    assert all(page.all("a", class_="is-live", data_ring_user=str(user.pk)) for user in (speaker, cohost))


def test_removed_people_read_that_they_are_out(
    visit: Visit, space: Space, listener: User, now: datetime
) -> None:
    Participation.objects.create(space=space, user=listener, removed_at=now)

    page = visit(listener, space.get_absolute_url())

    assert "You were removed from this Space" in page.text
    assert page.all("a", class_="button--big", data_join_space=str(space.pk)) == []


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:7880"])
def test_says_when_there_is_no_audio(
    visit: Visit, space: Space, listener: User, settings: Settings, url: str
) -> None:
    settings.LIVEKIT_URL = url

    page = visit(listener, space.get_absolute_url())

    assert ("Audio is not available on this server right now." in page.text) is (url == "")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("host", "Maya ended this Space after 42 minutes."),
        ("host_left", "Maya left, and this Space ended after 42 minutes."),
        ("staff", "This Space was ended by staff after 42 minutes."),
    ],
)
def test_ended_in_words(visit: Visit, ended: Space, listener: User, reason: str, words: str) -> None:
    Space.objects.filter(pk=ended.pk).update(end_reason=reason, peak_listeners=1234)

    for user in (None, listener, ended.host):
        page = visit(user, ended.get_absolute_url())
        assert words in page.text
        assert "1,234" in page.text
        assert page.one("article")["data-space-state"] == "ended"
        assert page.all(data_join_space=str(ended.pk)) == []
        assert page.one("meta", property="og:description")["content"] == words


@pytest.mark.parametrize(
    "name", ["00000000-0000-7000-8000-000000000000", "no-id", "new%00", "%F0%9F%8E%99", "0" * 300, "🎙"]
)
def test_a_space_that_does_not_exist(visit: Visit, listener: User, name: str) -> None:
    for user in (None, listener):
        page = visit(user, f"/spaces/{name}/", status=404)
        assert "This Space does not exist." in page.text


def test_queries_of_a_space_do_not_grow_with_its_stage(
    client: Client,
    space: Space,
    listener: User,
    now: datetime,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(listener)
    client.get("/")

    for number in (3, 9):
        for _ in range(number):
            Participation.objects.create(
                space=space, user=UserFactory(), role=Role.SPEAKER, on_stage_since=now
            )
        # Session, user; the Space, its topics; the stage, one's own place; the count, whom one blocks on it; who takes
        # tips; whether it is recorded; posts.
        with django_assert_num_queries(11):
            client.get(space.get_absolute_url())


def test_host_ends_it(client: Client, space: Space, host: User) -> None:
    client.force_login(host)

    page = Document(client.post(f"{space.get_absolute_url()}end/", follow=True))

    space.refresh_from_db()
    assert not space.is_live
    assert "Your Space has ended for everyone." in page.text
    assert "The ended this Space after" in page.text


def test_nobody_else_ends_it(
    client: Client, space: Space, listener: User, cohost: User, now: datetime
) -> None:
    Participation.objects.create(space=space, user=cohost, role=Role.COHOST, on_stage_since=now)
    path = f"{space.get_absolute_url()}end/"

    assert client.post(path).headers["Location"].startswith("/accounts/login/")
    for user in (listener, cohost):
        client.force_login(user)
        response = client.post(path)
        assert response.status_code == 403
        assert "Only the host can end this Space." in Document(response).text
    space.refresh_from_db()
    assert space.is_live


def test_ending_what_has_ended_or_never_was(client: Client, ended: Space) -> None:
    client.force_login(ended.host)

    assert client.post(f"{ended.get_absolute_url()}end/").status_code == 302
    assert client.post("/spaces/nothing/end/").status_code == 404
    assert client.get(f"{ended.get_absolute_url()}end/").status_code == 405
