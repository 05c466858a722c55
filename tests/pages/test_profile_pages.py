"""Profiles, followers and the follow button."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import Follow, User
from accounts.services import follow
from rooms.models import Space
from rooms.services.lifecycle import space_end, space_start
from social.models import Post
from tests.factories import FollowFactory, UserFactory
from tests.pages.conftest import Visit
from tests.pages.documents import Document

HTMX = {"HX-Request": "true"}


def test_for_a_guest(visit: Visit, maya: User) -> None:
    page = visit(None, "/@maya/")

    assert page.one("h1").text == "Maya Kim"
    assert "Jazz & early mornings" in page.text
    assert page.one("a", class_="button", href="/accounts/login/?next=/%40maya/").text == "Follow"
    assert page.one("meta", property="og:title")["content"] == "Maya Kim (@maya)"


def test_for_oneself(visit: Visit, maya: User) -> None:
    page = visit(maya, "/@maya/")

    assert "Edit profile" in page.text
    assert page.all(class_="follow") == []


def test_whatever_the_case_of_the_handle(visit: Visit, maya: User) -> None:
    assert visit(None, "/@MAYA/").one("h1").text == "Maya Kim"


@pytest.mark.parametrize("handle", ["nobody", "%00", "a" * 200, "🎙", "..%2f"])
def test_nobody(visit: Visit, maya: User, handle: str) -> None:
    for path in (f"/@{handle}/", f"/@{handle}/followers/", f"/@{handle}/following/"):
        visit(maya, path, status=404)


def test_somebody_switched_off_does_not_exist(visit: Visit, maya: User) -> None:
    User.objects.filter(pk=maya.pk).update(is_active=False)

    assert "There is nobody with this handle." in visit(None, "/@maya/", status=404).text


def test_shows_the_live_space_and_the_ring(visit: Visit, space: Space, listener: User) -> None:
    page = visit(listener, "/@the_host/")

    assert "The is live" in page.text
    assert page.one("article", data_space=str(space.pk))
    big = page.one("a", class_="avatar--96")
    assert "is-live" in big.classes
    assert big["data-join-space"] == str(space.pk)


def test_shows_past_spaces(visit: Visit, ended: Space) -> None:
    page = visit(None, "/@maya/?tab=spaces")

    assert page.one("a", class_="space-row__title")["href"] == ended.get_absolute_url()
    assert "is-live" not in page.one("a", class_="avatar--96").classes


def test_follow_and_unfollow_by_htmx(client: Client, maya: User, listener: User) -> None:
    client.force_login(listener)

    followed = Document(client.post("/@maya/follow/", {"count": "1"}, headers=HTMX))
    assert followed.one("form")["action"] == "/@maya/unfollow/"
    assert followed.one("strong", id="follower-count").text == "1"
    assert followed.one("form")["hx-select"] == "unset"
    assert Follow.objects.filter(follower=listener, followee=maya).exists()

    unfollowed = Document(client.post("/@maya/unfollow/", headers=HTMX))
    assert unfollowed.one("form")["action"] == "/@maya/follow/"
    assert unfollowed.all("strong") == []
    assert not Follow.objects.exists()


def test_follow_without_javascript_leads_back(client: Client, maya: User, listener: User) -> None:
    client.force_login(listener)

    assert client.post("/@maya/follow/").headers["Location"] == "/@maya/"
    ours = client.post("/@maya/unfollow/", {"next": "/@maya/followers/?page=2"})
    assert ours.headers["Location"] == "/@maya/followers/?page=2"
    for elsewhere in ("https://example.org/", "//example.org", "javascript:alert(1)", "/\\example.org"):
        response = client.post("/@maya/follow/", {"next": elsewhere})
        assert response.headers["Location"] == "/@maya/"


def test_follow_refused(client: Client, maya: User, listener: User) -> None:
    assert client.post("/@maya/follow/").headers["Location"].startswith("/accounts/login/")

    client.force_login(maya)
    response = client.post("/@maya/follow/", headers=HTMX)
    assert response.status_code == 400
    assert response.headers["HX-Retarget"] == "#main"
    assert "You cannot follow yourself." in Document(response).text
    assert client.post("/@nobody/follow/", headers=HTMX).status_code == 404
    assert client.get("/@maya/follow/").status_code == 405


def test_posts_need_the_csrf_token(maya: User, listener: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(listener)

    response = client.post("/@maya/follow/")

    assert response.status_code == 403
    assert "Please try once more" in Document(response).text
    assert not Follow.objects.exists()


def test_lists_of_people(visit: Visit, maya: User, listener: User, outsider: User) -> None:
    follow(follower=listener, followee=maya, now=timezone.now())
    follow(follower=outsider, followee=maya, now=timezone.now())
    follow(follower=listener, followee=outsider, now=timezone.now())

    page = visit(listener, "/@maya/followers/")
    assert [link.text for link in page.all("a", class_="person__name")] == ["An Outsider", "A Listener"]
    # One's own row has no button.
    assert [form["action"] for form in page.all("form", class_="follow")] == ["/@an_outsider/unfollow/"]
    assert visit(None, "/@a_listener/following/").all("a", class_="person__name")[1].text == "Maya Kim"
    assert "Following nobody yet" in visit(None, "/@maya/following/").text


@pytest.mark.parametrize("path", ["/@maya/", "/@maya/?tab=spaces", "/@maya/followers/"])
def test_queries_do_not_grow_with_rows(
    path: str,
    client: Client,
    maya: User,
    listener: User,
    make_live: Callable[[int], list[Space]],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(listener)
    client.get("/")
    # The profile: session, user; person, ring, does one follow, may one write, do they take tips; posts
    # with their people, what is liked.
    # Its other tab: what is announced, how many past ones, those, their topics, which can be heard
    # again.
    # Followers: session, user; person; how many, those with one's own follows; rings.
    expected = {"/@maya/": 9, "/@maya/?tab=spaces": 12, "/@maya/followers/": 6}[path]

    for number in (10, 60):
        for space in make_live(number):
            FollowFactory(follower=space.host, followee=maya)
        for _ in range(number):
            FollowFactory(follower=UserFactory(), followee=maya)
            Post.objects.create(author=maya, text="Words")
            past = space_start(host=maya, title="Past", now=timezone.now() - timedelta(hours=1))
            space_end(space=past, by=maya, now=timezone.now())
        with django_assert_num_queries(expected):
            client.get(path)
