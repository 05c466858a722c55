"""Posts about a Space from inside it: who may, where they show, and what all in the room are told."""

from typing import Any

import pytest

from accounts.services import follow, person_block
from rooms.models import Space
from rooms.selectors.posts import posts_of_space
from rooms.services.control import space_pin, space_remove
from rooms.services.joining import space_leave
from rooms.services.lifecycle import space_end
from rooms.services.posts import space_post
from social.errors import PostEmpty, PostTooLong
from social.models import Post
from social.selectors.posts import timeline
from social.services.posts import post_create, post_delete
from spaces_project.lib.errors import SpacesError
from tests.factories import UserFactory
from tests.rooms.answers import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


def url(space: Space) -> str:
    return f"/api/v1/spaces/{space.pk}/posts/"


def code_of(space: Space, author: Any, now: Any, text: str = "Come and listen") -> str:
    """With what code it is refused."""
    with pytest.raises(SpacesError) as refusal:
        space_post(space=space, author=author, text=text, now=now)
    assert not Post.objects.exists()
    return refusal.value.code


def test_it_is_on_timelines_and_in_the_room(space, host, listener, outsider, join, now, sent, committed):
    follow(follower=outsider, followee=listener, now=now)
    join(space, listener)
    with committed():
        post = space_post(space=space, author=listener, text=" Come\u202e and listen\x00 ", now=now)
    assert (post.text, post.space_id, post.created_at) == ("Come and listen", space.pk, now)
    assert timeline(outsider) == [post]
    assert list(posts_of_space(space, viewer=host)) == [post]
    [frame] = [frame for frame in sent if frame["type"] == "post.added"]
    assert (frame["space"], frame["group"]) == (str(space.pk), f"space.{space.pk}")
    assert "seq" not in frame
    assert frame["data"]["post"]["text"] == "Come and listen"
    assert frame["data"]["post"]["author"]["handle"] == listener.handle
    assert set(frame["data"]["post"]) == {"id", "author", "text", "created_at", "likes", "replies"}


def test_who_is_not_inside_may_not(space, host, listener, outsider, join, now, committed):
    assert code_of(space, outsider, now) == "space.not_joined"
    join(space, listener)
    with committed():
        space_leave(space=space, user=listener, now=now)
    assert code_of(space, listener, now) == "space.not_joined"
    space_remove(space=space, by=host, user=listener, now=now)
    assert code_of(space, listener, now) == "space.removed"
    space_end(space=space, by=host, now=now)
    assert code_of(space, host, now) == "space.ended"


@pytest.mark.parametrize("text", ["", "  \n ", "\u200b\u202e", "\x00"])
def test_it_needs_words(text, space, host, now):
    with pytest.raises(PostEmpty):
        space_post(space=space, author=host, text=text, now=now)


def test_it_is_as_long_as_any_post(space, host, now):
    space_post(space=space, author=host, text="x" * 280, now=now)
    with pytest.raises(PostTooLong):
        space_post(space=space, author=host, text="x" * 281, now=now)


def test_a_refused_post_tells_nobody(space, outsider, now, sent, committed):
    with committed(), pytest.raises(SpacesError):
        space_post(space=space, author=outsider, text="Hello", now=now)
    assert sent.of("post.added") == []


def test_a_deleted_post_leaves_the_room(space, host, now, sent, committed):
    with committed():
        post = space_post(space=space, author=host, text="Hello", now=now)
    with committed():
        post_delete(post=post, by=host, now=now)
        post_delete(post=post, by=host, now=now)
    assert sent.of("post.deleted") == [{"id": str(post.pk)}]
    assert list(posts_of_space(space, viewer=host)) == []


def test_posts_about_nothing_are_deleted_without_a_word(host, now, sent, committed):
    post = post_create(author=host, text="Hello", now=now)
    with committed():
        post_delete(post=post, by=host, now=now)
    assert sent.of("post.deleted") == []


def test_what_is_written_outside_is_in_the_list_but_told_to_nobody_inside(
    space, host, outsider, now, sent, committed
):
    with committed():
        post = post_create(author=outsider, text="Listen to them", space_id=space.pk, now=now)
    assert sent.of("post.added") == []
    assert list(posts_of_space(space, viewer=host)) == [post]


def test_who_was_removed_or_blocked_is_not_in_the_list(space, host, listener, outsider, join, now):
    join(space, listener)
    space_post(space=space, author=listener, text="Hello", now=now)
    post = post_create(author=outsider, text="Hello", space_id=space.pk, now=now)
    space_remove(space=space, by=host, user=listener, now=now)
    assert list(posts_of_space(space, viewer=host)) == [post]
    person_block(owner=outsider, person=host, now=now)
    assert list(posts_of_space(space, viewer=host)) == []


def test_a_post_can_be_pinned(space, host, now, settings):
    post = space_post(space=space, author=host, text="Our.notes." * 20, now=now)
    link = f"{settings.SITE_URL}{post.get_absolute_url()}"
    pin = space_pin(space=space, by=host, url=link, title=post.text[:120], now=now)
    assert (pin.url, len(pin.title)) == (link, 120)


def test_over_rest(api, space, host, listener, join):
    join(space, listener)
    answer = api(listener).post(url(space), {"text": "Hello"})
    assert answer.status_code == 201
    assert (answer.json()["text"], answer.json()["space"]["id"]) == ("Hello", str(space.pk))
    assert [row["id"] for row in api(None).get(url(space)).json()["results"]] == [answer.json()["id"]]
    for body, code in [
        ({"text": ""}, "post.empty"),
        ({}, "post.empty"),
        ({"text": "x" * 281}, "post.too_long"),
    ]:
        refused(api(listener).post(url(space), body), 400, code)
    for text in (None, [], {"a": 1}, "x" * 5001, "a\0b"):
        assert api(listener).post(url(space), {"text": text}).status_code == 400
    refused(api(None).post(url(space), {"text": "Hello"}), 401, "not_signed_in")
    assert api(host).get("/api/v1/spaces/0190a5c6-0000-7000-8000-000000000000/posts/").status_code == 404
    assert api(host).get(url(space), {"cursor": "x"}).status_code == 400


def test_the_list_takes_the_same_queries_for_any_number(api, space, host, now, django_assert_num_queries):
    client = api(host)
    post_create(author=host, text="One", space_id=space.pk, now=now)
    client.get(url(space))
    # Session, user; the Space and its topics; one's place in it; the posts; what one likes of them; their Spaces.
    with django_assert_num_queries(8):
        client.get(url(space))
    for number in range(30):
        Post.objects.create(author=UserFactory(), text=f"{number}", space_id=space.pk)
    with django_assert_num_queries(8):
        assert len(client.get(url(space)).json()["results"]) == 20
