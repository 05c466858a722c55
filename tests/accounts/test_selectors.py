"""Reads of people."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection

from accounts.models import User
from accounts.selectors import (
    connected_followers,
    followed_ids,
    followers_of,
    following_of,
    is_following,
    person_card,
    user_by_handle,
)
from spaces_project.lib.errors import NotFound
from tests.factories import FollowFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("handle", ["the_host", "The_Host", "THE_HOST"])
def test_by_handle_in_any_case(host, handle):
    assert user_by_handle(handle) == host


@pytest.mark.parametrize(
    "handle", ["", "nobody_here", "the_host\x00", "the%host", "the-host", "x" * 5000, "\ud800"]
)
def test_nobody_of_that_handle(host, handle):
    with pytest.raises(NotFound):
        user_by_handle(handle)


def test_an_underscore_stands_for_nothing_but_itself(host):
    with pytest.raises(NotFound):
        user_by_handle("theXhost")


def test_inactive_people_do_not_exist(host):
    host.is_active = False
    host.save()
    with pytest.raises(NotFound):
        user_by_handle("the_host")


def test_a_card_is_exactly_that(host):
    assert person_card(host) == {"id": str(host.pk), "handle": "the_host", "name": "The Host", "picture": ""}
    host.picture.name = "pictures/x.webp"
    assert person_card(host)["picture"] == "/media/pictures/x.webp"


def test_whom_somebody_follows_among_some(host, listener, speaker, outsider, django_assert_num_queries):
    FollowFactory(follower=listener, followee=host)
    FollowFactory(follower=listener, followee=outsider)
    with django_assert_num_queries(1):
        assert followed_ids(listener, [host.pk, speaker.pk]) == {host.pk}
    assert followed_ids(outsider, [host.pk]) == set()
    with django_assert_num_queries(0):
        assert followed_ids(AnonymousUser(), [host.pk]) == set()
        assert followed_ids(listener, []) == set()


def test_connected_followers_in_one_query(
    host, cohost, listener, speaker, outsider, django_assert_num_queries
):
    FollowFactory(follower=listener, followee=host)
    FollowFactory(follower=listener, followee=cohost)
    FollowFactory(follower=speaker, followee=cohost)
    FollowFactory(followee=host)  # not connected here
    connected = [listener.pk, speaker.pk, outsider.pk]
    with django_assert_num_queries(1):
        found = connected_followers(followee_ids={host.pk, cohost.pk}, among=connected)
    assert found == {listener.pk, speaker.pk}
    with django_assert_num_queries(0):
        assert connected_followers(followee_ids=[], among=connected) == set()
        assert connected_followers(followee_ids=[host.pk], among=()) == set()


def test_connected_followers_of_thousands_of_sockets(host):
    FollowFactory.create_batch(3, followee=host)
    assert len(connected_followers(followee_ids=[host.pk], among=range(1, 20_000))) <= 3
    everybody = range(1, 2_000_000_000, 100_000)
    assert connected_followers(followee_ids=[-1], among=everybody) == set()


def test_followers_and_following_latest_first_without_inactive_people(host, listener, speaker, outsider):
    for follower in (listener, speaker, outsider):
        FollowFactory(follower=follower, followee=host)
    FollowFactory(follower=host, followee=speaker)
    outsider.is_active = False
    outsider.save()
    rows = [(one.follower, one.is_following) for one in followers_of(host, viewer=host)]
    assert rows == [(speaker, True), (listener, False)]
    assert [one.followee for one in following_of(host, viewer=AnonymousUser())] == [speaker]
    assert not any(one.is_following for one in followers_of(host, viewer=AnonymousUser()))


def test_is_following(host, listener):
    FollowFactory(follower=listener, followee=host)
    assert is_following(listener, host)
    assert not is_following(host, listener)
    assert not is_following(AnonymousUser(), host)


@pytest.mark.postgres
def test_the_unique_index_serves_the_look_up(host):
    """The constraint is on UPPER(handle), which is what `iexact` asks for; otherwise each look-up would read all users.

    So is the index of search, by handles' beginnings: either will do.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = User.objects.filter(handle__iexact="THE_host").explain()
    assert re.search("Index Scan using user_handle_(unique|beginning)", plan)
