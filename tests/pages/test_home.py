"""Home: the strip of bubbles, live Spaces, posts, and what stands there when there are none."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.services import follow
from rooms.models import Space
from rooms.services.lifecycle import space_end
from social.models import Post
from social.services.posts import post_create
from tests.factories import FollowFactory
from tests.pages.conftest import Visit
from tests.pages.documents import Document


def test_guest_is_told_what_this_is_and_sees_what_is_live(visit: Visit, space: Space) -> None:
    page = visit(None, "/")

    assert "The room is live." in page.text
    assert page.one("article", data_space=str(space.pk))
    assert page.one("h3").text == "Morning <jazz>"
    # Without an account one is led to the page of the Space.
    assert page.all(data_join_space=str(space.pk)) == []
    assert page.one("body")["data-user-id"] == ""


def test_follower_sees_the_bubble(visit: Visit, space: Space, host: User, listener: User) -> None:
    FollowFactory(follower=listener, followee=host)

    page = visit(listener, "/")

    bubble = page.one("a", class_="bubble")
    assert bubble["data-space"] == bubble["data-join-space"] == str(space.pk)
    assert bubble["href"] == f"/spaces/{space.pk}/"
    assert bubble["aria-label"] == "The is live: Morning <jazz>"
    assert page.one("h2", id="live-title").text == "From people you follow"
    assert page.one("body")["data-user-id"] == str(listener.pk)


def test_the_bubble_counts_who_else_is_on_stage(
    visit: Visit, make_live: Callable[[int], list[Space]], listener: User
) -> None:
    space = make_live(1)[0]
    FollowFactory(follower=listener, followee=space.host)

    bubble = visit(listener, "/").one("a", class_="bubble")

    assert bubble.text.split()[-2:] == ["+", "1"]
    assert bubble["aria-label"].endswith(f"and 1 other are live: {space.title}")


def test_stranger_sees_no_bubble_but_the_space(visit: Visit, space: Space, outsider: User) -> None:
    page = visit(outsider, "/")

    assert page.all(class_="bubble") == []
    assert page.one("nav", id="bubbles")
    assert page.one("article", data_space=str(space.pk))


def test_the_ring_leads_into_the_space(visit: Visit, space: Space, host: User, outsider: User) -> None:
    page = visit(outsider, "/")

    ring = next(element for element in page.all("a", class_="is-live") if element.inside("main"))
    assert ring["data-ring-user"] == str(host.pk)
    assert ring["data-join-space"] == str(space.pk)
    assert ring["data-profile"] == "/@the_host/"
    assert ring["aria-label"] == "The Host is live. Listen."


def test_an_ended_space_is_gone(visit: Visit, space: Space, host: User, listener: User, now: object) -> None:
    FollowFactory(follower=listener, followee=host)
    space_end(space=space, by=host, now=space.started_at)

    page = visit(listener, "/")

    assert page.all(class_="bubble") == page.all(class_="space-card") == page.all(class_="is-live") == []


def test_empty_for_a_newcomer_and_for_somebody_who_follows(
    visit: Visit, listener: User, outsider: User, now: object
) -> None:
    assert "Find your first voices" in visit(listener, "/").text

    follow(follower=listener, followee=outsider, now=listener.date_joined)

    assert "It is quiet right now" in visit(listener, "/").text


def test_posts_of_those_one_follows_and_ones_own(
    visit: Visit, host: User, listener: User, outsider: User, now: datetime
) -> None:
    FollowFactory(follower=listener, followee=host)
    for author, text in ((host, "From the host"), (outsider, "From a stranger"), (listener, "From me")):
        post_create(author=author, text=text, now=now)

    page = visit(listener, "/")

    assert [post.text for post in page.all("p", class_="post__text")] == ["From me", "From the host"]
    # Only one's own can be deleted.
    assert len(page.all("dialog")) == 1
    assert page.one("p", class_="new-posts")["hidden"] == ""


def test_two_live_cards_at_most_stand_before_the_posts(
    visit: Visit, make_live: Callable[[int], list[Space]], listener: User, outsider: User
) -> None:
    for space in make_live(4):
        FollowFactory(follower=listener, followee=space.host)

    page = visit(listener, "/")

    assert (len(page.all(class_="bubble")), len(page.all("article", class_="space-card"))) == (4, 2)
    assert visit(outsider, "/").one("h2", id="live-title").text == "Live now"


def test_words_are_shown_as_they_are_and_link_where_they_may(
    visit: Visit, host: User, now: datetime, settings: Any
) -> None:
    post_create(
        author=host,
        text="<script>alert(1)</script> & @The_Host\nhttps://a.example/b?c=1&d=%22x). javascript:alert(1) "
        "https://good.example@bad.example/ me@the_host.example",
        now=now,
    )

    page = visit(host, "/")
    [text] = page.all("p", class_="post__text")

    assert text.text.startswith("<script>alert(1)</script> & @The_Host")
    links = [
        (link["href"], link["rel"])
        for link in page.all("a")
        if link.inside("p") and "post__" not in link["class"]
    ]
    assert ("/@The_Host/", "") in links
    assert ("https://a.example/b?c=1&d=%22x", "nofollow noopener ugc") in links
    assert not [href for href, _ in links if "bad.example" in href or "javascript" in href]
    assert "<br>" in page.source


def test_post_by_the_form(client: Client, listener: User) -> None:
    client.force_login(listener)

    done = client.post("/", {"text": "Hello"})

    assert (done.status_code, done.headers["Location"]) == (302, "/")
    assert Post.objects.get().text == "Hello"
    refused = Document(client.post("/", {"text": "x" * 281}))
    assert refused.response.status_code == 400
    assert "Use at most 280 characters." in refused.text
    # What was typed is still there.
    assert refused.one("textarea").text == "x" * 281
    assert "Write something." in Document(client.post("/", {"text": "\u202e"})).text
    assert Post.objects.count() == 1
    assert client.post("/", {"text": "a\x00b"}).status_code == 302


def test_the_form_can_be_filled_by_the_address(visit: Visit, listener: User) -> None:
    assert visit(listener, "/?text=Look:%20%3Cb%3E").one("textarea").text == "Look: <b>"


def test_guests_post_nothing(client: Client, db: None) -> None:
    assert "The room is live." in Document(client.post("/", {"text": "Hello"})).text
    assert not Post.objects.exists()


def test_more_by_a_link_and_by_htmx(client: Client, visit: Visit, listener: User, now: datetime) -> None:
    for number in range(23):
        Post.objects.create(author=listener, text=f"Post {number}", created_at=now)

    first = visit(listener, "/")
    more = first.one("a", rel="next")
    assert len(first.all(class_="post")) == 20
    page = visit(listener, f"/{more['href']}")
    assert [post.text for post in page.all("p", class_="post__text")] == ["Post 2", "Post 1", "Post 0"]
    client.force_login(listener)
    part = Document(client.get(more["hx-get"], headers={"HX-Request": "true", "HX-Target": "more-posts"}))
    assert len(part.all(class_="post")) == 3
    assert part.all("main") == part.all(id="more-posts") == []


@pytest.mark.parametrize("before", ["x", "-1", "9" * 19, "9" * 40, "%00", "٣"])
def test_keys_that_are_none(visit: Visit, listener: User, before: str) -> None:
    visit(listener, f"/?before={before}")


@pytest.mark.parametrize("followed", [True, False])
def test_queries_do_not_grow_with_rows(
    followed: bool,
    client: Client,
    make_live: Callable[[int], list[Space]],
    listener: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.force_login(listener)
    client.get("/")  # Notes the session.

    def spaces(number: int) -> None:
        for space in make_live(number):
            Post.objects.create(author=space.host if followed else listener, text="Words")
            if followed:
                FollowFactory(follower=listener, followee=space.host)

    # Session, user; Spaces with hosts, their topics; stages with people; who is on stage, for the counts; which posts, the
    # posts with their people, what is liked, whom the rings are for.
    for number in (10, 60):
        spaces(number)
        with django_assert_num_queries(11):
            client.get("/")
