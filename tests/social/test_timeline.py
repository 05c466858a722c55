"""Home's posts: whose they are, in which order, page by page, and at which cost."""

import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from accounts.models import Block, Follow, User
from accounts.services import person_mute
from social.models import Post
from social.selectors import timeline as merging
from social.selectors.posts import timeline, timeline_page
from social.services.posts import post_create, post_delete
from tests.factories import FollowFactory, UserFactory

Write = Callable[..., Post]


@pytest.fixture
def write(now: datetime) -> Write:
    """`write(author)` is a post, whatever rate there is."""
    return lambda author, **fields: Post.objects.create(author=author, text="Words", created_at=now, **fields)


@pytest.fixture(params=[2_000, 3, 0], ids=["near", "both", "far"])
def stretch(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Each of the two ways of merging, and what lies between."""
    monkeypatch.setattr(merging, "_STRETCH", request.param)
    return int(request.param)


@pytest.mark.usefixtures("stretch")
def test_ones_own_and_of_those_one_follows_newest_first(
    host: User, listener: User, outsider: User, write: Write
) -> None:
    FollowFactory(follower=listener, followee=host)
    mine, theirs, _, later = write(listener), write(host), write(outsider), write(host)
    write(host, parent=mine, is_reply=True)
    assert timeline(listener) == [later, theirs, mine]
    assert len(timeline(outsider)) == 1


@pytest.mark.usefixtures("stretch")
def test_who_is_left_out(host: User, listener: User, now: datetime, write: Write) -> None:
    muted, blocked, blocking, gone = (UserFactory() for _ in range(4))
    kept = write(host)
    for person in (host, muted, blocked, blocking, gone):
        FollowFactory(follower=listener, followee=person)
        write(person)
    person_mute(owner=listener, person=muted, now=now)
    # The rows alone, which leave the following as it was: as one made in the moment of the block.
    Block.objects.create(owner=listener, person=blocked)
    Block.objects.create(owner=blocking, person=listener)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    deleted = post_create(author=host, text="No", now=now)
    post_delete(post=deleted, by=host, now=now)
    found = timeline(listener)
    assert {post.author_id for post in found} == {host.pk}
    assert (len(found), found[-1]) == (2, kept)


@pytest.mark.usefixtures("stretch")
@pytest.mark.parametrize("limit", [1, 4, 7])
def test_pages_hold_every_post_once_as_sorting_them_all_would(
    listener: User, outsider: User, limit: int, write: Write
) -> None:
    people = UserFactory.create_batch(6)
    for person in people:
        FollowFactory(follower=listener, followee=person)
    dice = random.Random(7)
    for _ in range(60):
        # Some write much, some hardly ever.
        write(dice.choice([*people[:1] * 6, *people, listener, outsider, outsider]))
    whole = list(
        Post.objects.filter(author__in=[*people, listener]).order_by("-pk").values_list("pk", flat=True)
    )
    seen: list[int] = []
    before = None
    while page := timeline(listener, before=before, limit=limit):
        seen += [post.pk for post in page]
        before = seen[-1]
    assert seen == whole


def test_a_page_says_whether_there_is_more(listener: User, write: Write) -> None:
    for _ in range(21):
        write(listener)
    first = timeline_page(listener, before=None)
    assert (len(first.cards), first.more) == (20, first.cards[-1]["id"])
    second = timeline_page(listener, before=int(first.more))
    assert (len(second.cards), second.more) == (1, "")
    assert timeline_page(listener, before=1).cards == []
    assert len(timeline_page(listener, before=2**63 - 1).cards) == 20


@pytest.mark.parametrize(("following", "followers"), [(1, 1), (300, 1), (1, 1_000)])
def test_queries_do_not_grow_with_whom_one_follows_nor_with_who_follows_them(
    listener: User,
    host: User,
    following: int,
    followers: int,
    write: Write,
    django_assert_num_queries: Any,
) -> None:
    people = User.objects.bulk_create(
        User(handle=f"crowd_{number}", name="Crowd") for number in range(following + followers)
    )
    Follow.objects.bulk_create(Follow(follower=listener, followee=one) for one in [host, *people[:following]])
    Follow.objects.bulk_create(Follow(follower=one, followee=host) for one in people[following:])
    for person in [host, *people[:30]]:
        write(person)
    # Which posts; the posts with their people; what is liked.
    with django_assert_num_queries(3):
        timeline_page(listener, before=None)


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_plan_touches_no_more_posts_than_it_must(listener: User, now: datetime) -> None:
    """Somebody follows many who have long been silent, in a table of many posts: one step of the index an author."""
    from django.db import connection

    crowd = User.objects.bulk_create(User(handle=f"crowd_{n}", name="Crowd") for n in range(400))
    silent, loud = crowd[:200], crowd[200:]
    Follow.objects.bulk_create(Follow(follower=listener, followee=one) for one in silent)
    Post.objects.bulk_create(Post(author=one, text="Long ago", created_at=now) for one in silent)
    Post.objects.bulk_create(Post(author=loud[n % 200], text="Words", created_at=now) for n in range(20_000))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE social_post")
        cursor.execute("ANALYZE accounts_follow")
        far = merging._FAR["postgresql"].format(shown=merging._SHOWN)
        statement = merging._STATEMENT.format(
            top="(SELECT max(id) FROM social_post)", far=far, shown=merging._SHOWN, heard=merging._HEARD
        )
        values = {"me": listener.pk, "before": 2**63 - 1, "stretch": 2_000, "limit": 21}
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON, TIMING OFF) {statement}", values)
        [[[plan]]] = cursor.fetchall()
    assert _rows_of_posts(plan["Plan"]) < 2_000 + 200 + 21 + 500


def _rows_of_posts(node: dict[str, Any]) -> int:
    """How many rows of posts the plan read, those it threw away among them."""
    read = 0
    if node.get("Relation Name") == "social_post":
        per_loop = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        read = int(per_loop * node["Actual Loops"])
    return read + sum(_rows_of_posts(part) for part in node.get("Plans", []))
