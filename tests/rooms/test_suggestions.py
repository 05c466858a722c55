"""Who to follow: who is suggested, in which order, who never is, and what it costs."""

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Follow, User
from accounts.services import follow, person_block, person_mute
from rooms.models import Space, Topic, TopicFollow
from rooms.selectors.suggestions import Reason, suggestions
from rooms.services.lifecycle import space_start
from tests.factories import HostingWaiverFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    """Nobody has been counted yet."""
    cache.clear()


def follows(follower: User, *followees: User, now: Any) -> None:
    for followee in followees:
        follow(follower=follower, followee=followee, now=now)


def shown(user: User, limit: int = 20) -> list[tuple[str, Reason, int]]:
    return [(one.person.handle, one.reason, one.known) for one in suggestions(user, limit=limit)]


@pytest.fixture
def me(db: None) -> User:
    return UserFactory(handle="me_myself")


def test_a_newcomer_sees_the_most_followed(me, now):
    big, small, nobody = (
        UserFactory(handle="big"),
        UserFactory(handle="small"),
        UserFactory(handle="nobody_yet"),
    )
    follows(small, big, now=now)
    follows(nobody, big, small, now=now)
    assert shown(me) == [("big", Reason.POPULAR, 0), ("small", Reason.POPULAR, 0)]
    assert shown(me, limit=1) == [("big", Reason.POPULAR, 0)]


def test_whom_those_one_follows_follow_come_by_how_many_they_are(me, now):
    friends = UserFactory.create_batch(3)
    common, rare = UserFactory(handle="common"), UserFactory(handle="rare")
    follows(me, *friends, now=now)
    for friend in friends:
        follows(friend, common, me, now=now)
    follows(friends[0], rare, friends[1], now=now)
    assert shown(me) == [("common", Reason.FOLLOWED, 3), ("rare", Reason.FOLLOWED, 1)]


def test_who_is_live_on_a_topic_one_follows_comes_first(me, host, outsider, now):
    friend, other_host = UserFactory(), UserFactory(handle="other_host")
    HostingWaiverFactory(user=other_host)
    jazz, news = (
        Topic.objects.get_or_create(slug=slug, defaults={"name": slug})[0] for slug in ("t-jazz", "t-news")
    )
    TopicFollow.objects.create(user=me, topic=jazz)
    follows(me, friend, now=now)
    follows(friend, outsider, now=now)
    space_start(host=host, title="Jazz", topics=[jazz.slug], now=now)
    space_start(host=other_host, title="News", topics=[news.slug], now=now)
    assert shown(me) == [(host.handle, Reason.LIVE, 0), (outsider.handle, Reason.FOLLOWED, 1)]
    Space.objects.filter(host=host).update(state="ended", ended_at=now, end_reason="host")
    assert shown(me) == [(outsider.handle, Reason.FOLLOWED, 1)]


def test_who_is_never_suggested(me, now):
    friend = UserFactory()
    followed, blocked, blocker, muted, inactive = (
        UserFactory(handle=handle) for handle in ("followed", "blocked", "blocker", "muted", "inactive")
    )
    follows(me, friend, followed, now=now)
    follows(friend, me, followed, blocked, blocker, muted, inactive, now=now)
    person_block(owner=me, person=blocked, now=now)
    person_block(owner=blocker, person=me, now=now)
    person_mute(owner=me, person=muted, now=now)
    User.objects.filter(pk=inactive.pk).update(is_active=False)
    assert shown(me) == []


def test_nobody_comes_twice(me, host, now):
    friend = UserFactory()
    topics = [Topic.objects.get_or_create(slug=f"t-{n}", defaults={"name": f"T{n}"})[0] for n in range(3)]
    for topic in topics:
        TopicFollow.objects.create(user=me, topic=topic)
    follows(me, friend, now=now)
    follows(friend, host, now=now)
    space_start(host=host, title="All of it", topics=[topic.slug for topic in topics], now=now)
    assert shown(me) == [(host.handle, Reason.LIVE, 1)]


@pytest.mark.parametrize("number", [3, 300])
def test_it_costs_the_same_for_few_and_for_many(number, me, now):
    crowd = User.objects.bulk_create(
        User(handle=f"crowd_{n}", name="C", follower_count=n) for n in range(number)
    )
    Follow.objects.bulk_create(Follow(follower=me, followee=one) for one in crowd[: number // 2])
    Follow.objects.bulk_create(
        Follow(follower=one, followee=other)
        for one in crowd[: number // 2]
        for other in crowd[number // 2 :][:20]
    )
    suggestions(me, limit=5)
    with CaptureQueriesContext(connection) as queries:
        found = suggestions(me, limit=5)
    assert found
    # Who is live; whom those one follows follow; who they are. The most followed are in the cache.
    assert len(queries) == 3


def test_whoever_follows_thousands_says_nothing(me, now):
    collector, someone = UserFactory(following_count=251), UserFactory(handle="someone")
    Follow.objects.create(follower=me, followee=collector)
    Follow.objects.create(follower=collector, followee=someone)
    assert shown(me) == []
    User.objects.filter(pk=collector.pk).update(following_count=250)
    assert shown(me) == [("someone", Reason.FOLLOWED, 1)]


def test_over_rest(api, me, host, listener, now):
    follows(listener, host, now=now)
    [row] = api(me).get("/api/v1/suggestions/").json()
    assert (row["handle"], row["reason"], row["known"], row["is_following"]) == (
        host.handle,
        "popular",
        0,
        False,
    )
    assert row["follower_count"] == 1
    assert api(None).get("/api/v1/suggestions/").status_code == 401
    for limit in ("0", "51", "-1", "x", "", "9" * 400, "²"):
        assert api(me).get("/api/v1/suggestions/", {"limit": limit}).status_code == 400, limit
