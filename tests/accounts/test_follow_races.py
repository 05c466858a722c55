"""Many people follow and unfollow at once, in real threads on PostgreSQL: the counts equal the rows."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.models import Follow, User
from accounts.services import follow, unfollow
from spaces_project.lib.errors import NotFound
from tests.factories import UserFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

THREADS = 20
ROUNDS = 5


def at_once(acts: list[Callable[[], Any]]) -> list[Any]:
    """Run the acts side by side, started together; raise what one of them raises."""
    start = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            start.wait(30)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def assert_counts_are_the_rows() -> None:
    """For everybody there is."""
    for user in User.objects.all():
        assert user.follower_count == Follow.objects.filter(followee=user).count(), user
        assert user.following_count == Follow.objects.filter(follower=user).count(), user


def test_reading_the_count_and_writing_it_back_would_lose_follows():
    """Why `follow` counts in the database: the same done by hand loses all but one of those who come together."""
    host, crowd = UserFactory(), UserFactory.create_batch(THREADS)
    all_have_read = Barrier(THREADS)

    def careless(follower: User) -> None:
        with transaction.atomic():
            Follow.objects.create(follower=follower, followee=host)
            followee = User.objects.get(pk=host.pk)
            all_have_read.wait(30)
            User.objects.filter(pk=host.pk).update(follower_count=followee.follower_count + 1)

    at_once([lambda follower=follower: careless(follower) for follower in crowd])
    host.refresh_from_db()
    assert Follow.objects.filter(followee=host).count() == THREADS
    assert host.follower_count == 1


def test_many_follow_one_person(now):
    host, crowd = UserFactory(), UserFactory.create_batch(THREADS)
    new = at_once([lambda one=one: follow(follower=one, followee=host, now=now) for one in crowd])
    assert all(new)
    host.refresh_from_db()
    assert host.follower_count == THREADS
    assert_counts_are_the_rows()


def test_many_follow_and_unfollow_one_person_over_and_over(now):
    host, crowd = UserFactory(), UserFactory.create_batch(THREADS)

    def undecided(one: User) -> None:
        for _ in range(ROUNDS):
            follow(follower=one, followee=host, now=now)
            unfollow(follower=one, followee=host)
        if one.pk % 2:
            follow(follower=one, followee=host, now=now)

    at_once([lambda one=one: undecided(one) for one in crowd])
    host.refresh_from_db()
    assert host.follower_count == sum(one.pk % 2 for one in crowd)
    assert_counts_are_the_rows()


def test_one_person_on_many_devices_follows_once(now):
    """The same pair from all sides: the row is written and deleted by one of them at a time."""
    host, listener = UserFactory.create_batch(2)

    def device(number: int) -> None:
        for step in range(ROUNDS):
            if (number + step) % 2:
                follow(follower=listener, followee=host, now=now)
            else:
                unfollow(follower=listener, followee=host)

    at_once([lambda number=number: device(number) for number in range(THREADS)])
    assert_counts_are_the_rows()


def test_people_who_follow_each_other_at_once_do_not_wait_for_each_other(now):
    """Both directions of each pair together: locks taken out of order would end in a deadlock."""
    people = UserFactory.create_batch(6)
    pairs = [(one, other) for one in people for other in people if one != other]

    def back_and_forth(one: User, other: User) -> None:
        for _ in range(ROUNDS):
            follow(follower=one, followee=other, now=now)
            unfollow(follower=one, followee=other)
        follow(follower=one, followee=other, now=now)

    at_once([lambda pair=pair: back_and_forth(*pair) for pair in pairs])
    assert Follow.objects.count() == len(pairs)
    assert_counts_are_the_rows()


def test_deleting_somebody_whom_many_follow_meanwhile_leaves_no_trace(now):
    host, crowd = UserFactory(), UserFactory.create_batch(THREADS - 1)

    def follows(one: User) -> bool:
        try:
            return follow(follower=one, followee=host, now=now)
        except NotFound:
            return False

    at_once([lambda: User.objects.get(pk=host.pk).delete(), *[lambda one=one: follows(one) for one in crowd]])
    assert not Follow.objects.exists()
    assert_counts_are_the_rows()
