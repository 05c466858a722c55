"""The services follow and unfollow: rows, counts, and what others are told."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Follow, User
from accounts.services import follow, unfollow
from spaces_project.lib.errors import Invalid, NotFound
from tests.factories import FollowFactory, UserFactory

pytestmark = pytest.mark.django_db


def counts(user: User) -> tuple[int, int]:
    """Followers and following, as the database has them."""
    user.refresh_from_db()
    return user.follower_count, user.following_count


def test_following_adds_a_row_and_moves_both_counts(host, listener, now):
    assert follow(follower=listener, followee=host, now=now) is True
    assert Follow.objects.get().created_at == now
    assert (counts(host), counts(listener)) == ((1, 0), (0, 1))


def test_done_twice_is_done_once(host, listener, now):
    follow(follower=listener, followee=host, now=now)
    assert follow(follower=listener, followee=host, now=now) is False
    assert (counts(host), counts(listener)) == ((1, 0), (0, 1))


def test_unfollowing_takes_it_back_and_twice_is_once(host, listener, now):
    follow(follower=listener, followee=host, now=now)
    assert unfollow(follower=listener, followee=host) is True
    assert unfollow(follower=listener, followee=host) is False
    assert not Follow.objects.exists()
    assert (counts(host), counts(listener)) == ((0, 0), (0, 0))


def test_unfollowing_somebody_one_never_followed_changes_nothing(host, outsider):
    assert unfollow(follower=outsider, followee=host) is False
    assert (counts(host), counts(outsider)) == ((0, 0), (0, 0))


def test_nobody_follows_themselves(host, now):
    with pytest.raises(Invalid) as refusal:
        follow(follower=host, followee=host, now=now)
    assert refusal.value.code == "follow.self"
    assert not Follow.objects.exists()


def test_inactive_people_are_not_there(host, listener, now):
    host.is_active = False
    host.save()
    with pytest.raises(NotFound):
        follow(follower=listener, followee=host, now=now)


def test_an_account_deleted_meanwhile_leaves_no_follow(listener, now):
    gone = UserFactory()
    User.objects.filter(pk=gone.pk).delete()
    with pytest.raises(NotFound):
        follow(follower=listener, followee=gone, now=now)
    assert not Follow.objects.exists()
    assert counts(listener) == (0, 0)


def test_others_are_told_after_commit_and_only_of_a_change(
    host, listener, now, heard_follow_changed, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        follow(follower=listener, followee=host, now=now)
        assert heard_follow_changed == []
    with django_capture_on_commit_callbacks(execute=True):
        follow(follower=listener, followee=host, now=now)
    with django_capture_on_commit_callbacks(execute=True):
        unfollow(follower=listener, followee=host)
        unfollow(follower=listener, followee=host)
    pair = {"follower_id": listener.pk, "followee_id": host.pk}
    assert heard_follow_changed == [pair | {"following": True}, pair | {"following": False}]


def test_saving_a_user_that_was_loaded_before_does_not_undo_follows(host, listener, now):
    stale = User.objects.get(pk=host.pk)
    follow(follower=listener, followee=host, now=now)
    stale.set_password("another one")
    stale.save()
    assert counts(host) == (1, 0)
    assert host.check_password("another one")


def test_whoever_is_deleted_is_counted_no_more(host, listener, outsider, now):
    follow(follower=listener, followee=host, now=now)
    follow(follower=outsider, followee=host, now=now)
    follow(follower=host, followee=outsider, now=now)
    listener.delete()
    assert (counts(host), counts(outsider)) == ((1, 1), (1, 1))
    host.delete()
    assert counts(outsider) == (0, 0)


@pytest.mark.parametrize("followers", [1, 100])
def test_deleting_somebody_takes_the_same_queries_for_any_number_of_followers(followers):
    user = UserFactory()
    for _ in range(followers):
        follower = FollowFactory(followee=user).follower
        User.objects.filter(pk=follower.pk).update(following_count=1)
    User.objects.filter(pk=user.pk).update(follower_count=followers)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        user.delete()
    deletions_of_follows = [query for query in queries if "accounts_follow" in query["sql"]]
    assert len(deletions_of_follows) <= 6
    assert not User.objects.exclude(following_count=0).exists()
