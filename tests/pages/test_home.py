"""Home: the strip of bubbles, live Spaces, and what stands there when there are none."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.services import follow
from rooms.models import Space
from rooms.services.lifecycle import space_end
from tests.factories import FollowFactory
from tests.pages.conftest import Visit


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
    assert page.one("h2", id="followed-title").text == "From people you follow"
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
            if followed:
                FollowFactory(follower=listener, followee=space.host)

    # Session, user; Spaces with hosts, their topics; stages with people; who is on stage, for the counts.
    for number in (10, 60):
        spaces(number)
        with django_assert_num_queries(6):
            client.get("/")
