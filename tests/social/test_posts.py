"""Posts: written, answered, liked and deleted, by whom it is allowed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings

from accounts.models import User
from accounts.services import person_block
from rooms.models import Space
from rooms.services.lifecycle import space_start
from social.errors import PostEmpty, PostNotFound, PostNotYours, PostTooLong
from social.models import Notification, Post
from social.selectors.posts import post_cards, post_for_viewer, posts_about, posts_of, replies_of
from social.services.posts import post_create, post_delete, post_like, post_unlike
from social.signals import post_deleted
from spaces_project.lib.errors import NotFound, TooMany
from tests.factories import UserFactory


@pytest.fixture
def live(host: User, now: datetime) -> Space:
    """A Space that posts are about."""
    return space_start(host=host, title="Morning voices", now=now)


@pytest.fixture
def post(host: User, now: datetime) -> Post:
    """A post by the host."""
    return post_create(author=host, text="Good morning", now=now)


def told(user: User) -> list[tuple[str, str]]:
    """Key and event of what somebody was told of posts."""
    return list(
        Notification.objects.filter(user=user, kind="mention").order_by("pk").values_list("key", "event")
    )


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Hello \t there  ", "Hello there"),
        ("a\r\n\r\n\r\nb", "a\n\nb"),
        ("nul\x00 bell\x07", "nul bell"),
        ("left\u202eto right", "leftto right"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("x" * 280 + "\u200b" * 50, "x" * 280),
        ("\n".join("abcdefghijklm"), "a\nb\nc\nd\ne\nf\ng\nh\ni\nj k l m"),
    ],
)
def test_words_are_cleaned_before_they_are_counted(host: User, now: datetime, typed: str, kept: str) -> None:
    assert post_create(author=host, text=typed, now=now).text == kept


@pytest.mark.parametrize("typed", ["", "   \n ", "\u200b\u2060", "\x00", "\u202e"])
def test_nothing_to_see_is_no_post(host: User, now: datetime, typed: str) -> None:
    with pytest.raises(PostEmpty) as refused:
        post_create(author=host, text=typed, now=now)
    assert refused.value.as_dict() == {
        "code": "post.empty",
        "message": "Write something.",
        "fields": {"text": ["Write something."]},
    }
    assert not Post.objects.exists()


def test_one_character_too_many(host: User, now: datetime) -> None:
    with pytest.raises(PostTooLong):
        post_create(author=host, text="x" * 281, now=now)
    assert not Post.objects.exists()


def test_so_many_in_a_minute(host: User, listener: User, now: datetime) -> None:
    times, _ = settings.LIMITS["post.create"].account
    for number in range(times):
        post_create(author=host, text=f"Post {number}", now=now)
    with pytest.raises(TooMany):
        post_create(author=host, text="One more", now=now)
    post_create(author=listener, text="Mine", now=now)


@pytest.mark.parametrize(
    "text",
    [
        "Come to {site}/spaces/{id}/",
        "Come to {site}/spaces/{id}.",
        "({site}/spaces/{id}/?open=1)",
        "/spaces/{id}/ now",
        "{site}/@the_host/ is in {site}/spaces/{id}/",
    ],
)
def test_a_link_to_a_space_makes_it_about_that(host: User, live: Space, now: datetime, text: str) -> None:
    words = text.format(site=settings.SITE_URL, id=live.pk)
    assert post_create(author=host, text=words, now=now).space_id == live.pk


@pytest.mark.parametrize(
    "text",
    [
        "https://elsewhere.example/spaces/{id}/",
        "{site}.elsewhere.example/spaces/{id}/",
        "x/spaces/{id}/",
        "{site}/spaces/{other}/",
        "{site}/spaces/no-id/",
        "http://[/spaces/{id}/",
    ],
)
def test_other_links_do_not(host: User, live: Space, now: datetime, text: str) -> None:
    words = text.format(site=settings.SITE_URL, id=live.pk, other=uuid4())
    assert post_create(author=host, text=words, now=now).space_id is None


def test_about_a_space_without_words(host: User, live: Space, now: datetime) -> None:
    post = post_create(author=host, text="", space_id=live.pk, now=now)
    [card] = post_cards([post], viewer=host)
    assert card["space"] is not None
    assert (card["text"], card["space"]["title"]) == ("", "Morning voices")
    with pytest.raises(NotFound) as refused:
        post_create(author=host, text="Here", space_id=uuid4(), now=now)
    assert refused.value.code == "space.not_found"


def test_a_reply_counts_and_tells_the_author(post: Post, host: User, listener: User, now: datetime) -> None:
    reply = post_create(author=listener, text="To you, too, @the_host", parent=post, now=now)
    post.refresh_from_db()
    assert (post.reply_count, reply.is_reply) == (1, True)
    # Named in it as well: told once.
    assert told(host) == [(f"mention:{reply.pk}", "reply")]
    assert list(replies_of(post, viewer=listener)) == [reply]
    post_create(author=host, text="Thanks", parent=post, now=now)
    assert len(told(host)) == 1


def test_who_is_named_is_told_once(
    host: User, listener: User, outsider: User, speaker: User, now: datetime
) -> None:
    person_block(owner=speaker, person=host, now=now)
    outsider.is_active = False
    outsider.save()
    post = post_create(
        author=host,
        text="@A_LISTENER @a_listener @the_host @nobody @an_outsider @a_speaker a@a_listener.example http://x.example/@a_cohost",
        now=now,
    )
    assert told(listener) == [(f"mention:{post.pk}", "mention")]
    assert Notification.objects.filter(kind="mention").count() == 1


def test_at_most_ten_are_told(host: User, now: datetime) -> None:
    people = [UserFactory(handle=f"crowd_{number}") for number in range(12)]
    post_create(author=host, text=" ".join(f"@{person.handle}" for person in people), now=now)
    assert [bool(told(person)) for person in people] == [True] * 10 + [False] * 2


def test_likes_count_once(post: Post, listener: User, outsider: User, now: datetime) -> None:
    assert post_like(post=post, user=listener, now=now)
    assert not post_like(post=post, user=listener, now=now)
    assert post_like(post=post, user=outsider, now=now)
    post.refresh_from_db()
    assert post.like_count == 2
    assert [card["liked"] for card in post_cards([post], viewer=listener)] == [True]
    assert post_unlike(post=post, user=listener)
    assert not post_unlike(post=post, user=listener)
    post.refresh_from_db()
    assert post.like_count == 1


def test_deleted_by_its_author_alone(
    post: Post, host: User, listener: User, staff: User, now: datetime
) -> None:
    with pytest.raises(PostNotYours):
        post_delete(post=post, by=listener, now=now)
    post_delete(post=post, by=host, now=now)
    with pytest.raises(PostNotFound):
        post_for_viewer(user=host, post_id=post.pk)
    with pytest.raises(PostNotFound):
        post_like(post=Post.objects.get(pk=post.pk), user=listener, now=now)
    other = post_create(author=host, text="Another", now=now)
    post_delete(post=other, by=staff, now=now)
    assert not posts_of(host, viewer=listener).exists()


def test_deleting_takes_everything_with_it_but_the_replies(
    post: Post, host: User, listener: User, live: Space, now: datetime
) -> None:
    reply = post_create(author=listener, text=f"@the_host /spaces/{live.pk}/", parent=post, now=now)
    answer = post_create(author=host, text="Yes", parent=reply, now=now)
    assert list(posts_about(live.pk, viewer=host)) == [reply]
    post_delete(post=reply, by=listener, now=now)
    post_delete(post=reply, by=listener, now=now)
    post.refresh_from_db()
    reply.refresh_from_db()
    assert (post.reply_count, reply.text, reply.space_id) == (0, "", None)
    assert told(host) == []
    assert not posts_about(live.pk, viewer=host).exists()
    # It keeps its place for the reply to it.
    [card] = post_cards(list(replies_of(post, viewer=host)), viewer=host)
    assert (card["deleted"], card["text"], card["replies"]) == (True, "", 1)
    [below] = post_cards([post_for_viewer(user=host, post_id=answer.pk)], viewer=host)
    assert below["parent"] == {"id": str(reply.pk), "author": None}
    post_delete(post=answer, by=host, now=now)
    assert list(replies_of(post, viewer=host)) == []


def test_apps_above_hear_of_it_after_the_commit(
    post: Post, host: User, live: Space, now: datetime, django_capture_on_commit_callbacks: Any
) -> None:
    heard: list[tuple[Any, Any]] = []

    def hear(post_id: int, space_id: Any, **_: Any) -> None:
        heard.append((post_id, space_id))

    about = post_create(author=host, text="", space_id=live.pk, now=now)
    post_deleted.connect(hear)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            post_delete(post=about, by=host, now=now)
            post_delete(post=about, by=host, now=now)
            post_delete(post=post, by=host, now=now)
            assert heard == []
    finally:
        post_deleted.disconnect(hear)
    assert heard == [(about.pk, live.pk), (post.pk, None)]


@pytest.mark.parametrize("who_blocks", ["author", "reader"])
def test_a_block_holds_both_ways(
    post: Post, host: User, listener: User, now: datetime, who_blocks: str
) -> None:
    theirs = post_create(author=listener, text="Before that", parent=post, now=now)
    owner, person = (host, listener) if who_blocks == "author" else (listener, host)
    person_block(owner=owner, person=person, now=now)
    acts: list[Callable[[], object]] = [
        lambda: post_for_viewer(user=listener, post_id=post.pk),
        lambda: post_like(post=post, user=listener, now=now),
        lambda: post_create(author=listener, text="Hello?", parent=post, now=now),
        lambda: post_for_viewer(user=host, post_id=theirs.pk),
    ]
    for act in acts:
        with pytest.raises(PostNotFound):
            act()
    assert list(posts_of(host, viewer=listener)) == list(replies_of(post, viewer=host)) == []
    [card] = post_cards([post_for_viewer(user=listener, post_id=theirs.pk)], viewer=listener)
    assert card["parent"] == {"id": str(post.pk), "author": None}


def test_who_is_switched_off_has_written_nothing(post: Post, host: User, listener: User) -> None:
    User.objects.filter(pk=host.pk).update(is_active=False)
    with pytest.raises(PostNotFound):
        post_for_viewer(user=listener, post_id=post.pk)
    assert not posts_of(host, viewer=listener).exists()


@pytest.mark.parametrize(
    "key", ["0", "-1", "x", "", "\x00", "٣", "1e3", "9223372036854775807", "9" * 30, 2**70, -5]
)
def test_what_is_no_id_is_no_post(listener: User, key: str | int) -> None:
    with pytest.raises(PostNotFound):
        post_for_viewer(user=listener, post_id=key)


@pytest.mark.parametrize("number", [3, 40])
def test_cards_cost_the_same_for_any_number(
    host: User, listener: User, live: Space, now: datetime, number: int, django_assert_num_queries: Any
) -> None:
    parent = Post.objects.create(author=listener, text="What?", created_at=now)
    for at_number in range(number):
        Post.objects.create(
            author=UserFactory(),
            text=f"Post {at_number}",
            space_id=live.pk,
            parent=parent,
            is_reply=True,
            created_at=now,
        )
    # The posts with their people; likes, Spaces, blocks.
    with django_assert_num_queries(4):
        assert len(post_cards(list(replies_of(parent, viewer=host)), viewer=host)) == number
