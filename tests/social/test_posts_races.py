"""Many like, answer and delete at once, in real threads on PostgreSQL: the counts equal the rows."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from social.errors import PostNotFound
from social.models import Post, PostLike
from social.services.posts import post_create, post_delete, post_like, post_unlike
from tests.factories import UserFactory
from tests.rooms.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

THREADS = 12
NOW = datetime.now(UTC)


def assert_counts_are_the_rows() -> None:
    """For every post there is."""
    for post in Post.objects.all():
        assert post.like_count == PostLike.objects.filter(post=post).count()
        assert post.reply_count == Post.objects.filter(parent=post, deleted_at__isnull=True).count()


def test_a_crowd_likes_and_one_person_from_many_devices() -> None:
    crowd = UserFactory.create_batch(THREADS)
    post = post_create(author=UserFactory(), text="Hello", now=NOW)

    done = at_once(*[lambda one=one: post_like(post=post, user=one, now=NOW) for one in crowd])
    assert done == [True] * THREADS
    late = UserFactory()
    again = at_once(*[lambda: post_like(post=post, user=late, now=NOW)] * THREADS)
    assert sorted(again) == [False] * (THREADS - 1) + [True]
    post.refresh_from_db()
    assert post.like_count == THREADS + 1
    assert_counts_are_the_rows()


def test_undecided() -> None:
    crowd = UserFactory.create_batch(THREADS)
    post = post_create(author=UserFactory(), text="Hello", now=NOW)

    def undecided(one: User) -> None:
        for _ in range(4):
            post_like(post=post, user=one, now=NOW)
            post_unlike(post=post, user=one)
        if one.pk % 2:
            post_like(post=post, user=one, now=NOW)

    assert at_once(*[lambda one=one: undecided(one) for one in crowd]) == [None] * THREADS
    post.refresh_from_db()
    assert post.like_count == sum(one.pk % 2 for one in crowd)
    assert_counts_are_the_rows()


def test_replies_and_likes_while_it_is_deleted_leave_no_wrong_number() -> None:
    author, crowd = UserFactory(), UserFactory.create_batch(THREADS)
    above = post_create(author=author, text="Above", now=NOW)
    post = post_create(author=author, text="Below", parent=above, now=NOW)

    def answer(one: User) -> None:
        post_like(post=post, user=one, now=NOW)
        reply = post_create(author=one, text="Yes", parent=post, now=NOW)
        post_delete(post=reply, by=one, now=NOW)

    acts = [lambda one=one: answer(one) for one in crowd]
    done = at_once(*acts, *[lambda: post_delete(post=post, by=author, now=NOW)] * 2)
    assert all(one is None or isinstance(one, PostNotFound) for one in done), done
    above.refresh_from_db()
    assert above.reply_count == 0
    assert_counts_are_the_rows()
