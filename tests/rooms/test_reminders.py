"""Asking to be reminded of a Space, and taking it back: once each, counted right, over pages and REST."""

import pytest

from accounts.models import Block
from rooms.errors import NotScheduled, SpaceNotFound
from rooms.models import Reminder, Space
from rooms.selectors.reminders import is_reminded, reminded_among
from rooms.services.reminders import reminder_set, reminder_unset
from tests.rooms.announced import announced, closed, on_air
from tests.rooms.answers import refused
from tests.rooms.racing import at_once
from tests.social.crowds import crowd

pytestmark = pytest.mark.django_db


@pytest.fixture
def space(host, at):
    """A Space of tomorrow."""
    return announced(host, at(86_400))


def count(space: Space) -> int:
    return Space.objects.get(pk=space.pk).reminder_count


def test_done_twice_it_is_done_once(space, listener, now):
    assert reminder_set(space=space, user=listener, now=now)
    assert not reminder_set(space=space, user=listener, now=now)
    assert (count(space), Reminder.objects.get().created_at) == (1, now)
    assert reminder_unset(space=space, user=listener, now=now)
    assert not reminder_unset(space=space, user=listener, now=now)
    assert (count(space), Reminder.objects.exists()) == (0, False)


def test_the_host_is_reminded_anyway(space, host, now):
    assert not reminder_set(space=space, user=host, now=now)
    assert (count(space), Reminder.objects.exists()) == (0, False)


@pytest.mark.parametrize("state", ["live", "ended", "cancelled", "expired"])
def test_only_of_what_is_ahead(space, host, listener, speaker, at, state):
    reminder_set(space=space, user=listener, now=at(0))
    if state in ("cancelled", "expired"):
        closed(space, state, at(1))
    else:
        on_air(space, at(1))
    if state == "ended":
        Space.objects.filter(pk=space.pk).update(state=state, ended_at=at(2), end_reason="host")
    for user in (speaker, listener, host):
        with pytest.raises(NotScheduled):
            reminder_set(space=space, user=user, now=at(3))
    assert count(space) == Reminder.objects.count() == 1
    # Taking it back always works.
    assert reminder_unset(space=space, user=listener, now=at(3))
    assert count(space) == 0


@pytest.mark.parametrize("host_blocks", [True, False])
def test_not_across_a_block(space, host, listener, now, host_blocks):
    owner, person = (host, listener) if host_blocks else (listener, host)
    Block.objects.create(owner=owner, person=person)
    with pytest.raises(SpaceNotFound):
        reminder_set(space=space, user=listener, now=now)
    assert count(space) == 0


def test_who_is_reminded_of_what(space, host, listener, speaker, at, django_assert_num_queries):
    other = announced(host, at(90_000))
    reminder_set(space=other, user=listener, now=at(0))
    with django_assert_num_queries(1):
        assert reminded_among(user=listener, space_ids=[space.pk, other.pk]) == {other.pk}
    with django_assert_num_queries(0):
        assert reminded_among(user=listener, space_ids=[]) == set()
    assert is_reminded(space=other, user=listener)
    assert not is_reminded(space=other, user=speaker)


def test_queries_are_the_same_for_the_first_and_the_thousandth(space, now, django_assert_num_queries):
    first, *rest = crowd(4)
    # Block, savepoint twice, the row, the count.
    with django_assert_num_queries(7):
        reminder_set(space=space, user=first, now=now)
    for user in rest[:2]:
        reminder_set(space=space, user=user, now=now)
    with django_assert_num_queries(7):
        reminder_set(space=space, user=rest[2], now=now)


def test_over_rest(space, listener, host, api, at):
    mine, path = api(listener), f"/api/v1/spaces/{space.pk}/reminder/"
    for _ in range(2):
        assert mine.put(path).json() == {"reminded": True, "waiting": 1}
    for _ in range(2):
        assert mine.delete(path).json() == {"reminded": False, "waiting": 0}
    assert api(host).put(path).json() == {"reminded": False, "waiting": 0}
    refused(api(None).put(path), 401, "not_signed_in")
    refused(api(None).delete(path), 401, "not_signed_in")
    closed(space, "cancelled", at(1))
    refused(mine.put(path), 409, "reminder.not_scheduled")
    assert mine.delete(path).status_code == 200
    nowhere = "/api/v1/spaces/00000000-0000-7000-8000-000000000000/reminder/"
    refused(mine.put(nowhere), 404, "space.not_found")


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestRaces:
    """Many at the same moment, in real threads on PostgreSQL."""

    def test_a_crowd_is_counted_right(self, space, now):
        people = crowd(12)
        asks = [lambda user=user: reminder_set(space=space, user=user, now=now) for user in people]
        assert at_once(*asks) == [True] * 12
        assert count(space) == Reminder.objects.count() == 12

    def test_one_person_on_many_devices_counts_once(self, space, listener, now):
        asked = at_once(*[lambda: reminder_set(space=space, user=listener, now=now)] * 8)
        assert sorted(asked) == [False] * 7 + [True]
        assert count(space) == Reminder.objects.count() == 1
        taken_back = at_once(*[lambda: reminder_unset(space=space, user=listener, now=now)] * 8)
        assert sorted(taken_back) == [False] * 7 + [True]
        assert count(space) == 0

    def test_asking_and_taking_back_at_once(self, space, listener, now):
        acts = [
            lambda: reminder_set(space=space, user=listener, now=now),
            lambda: reminder_unset(space=space, user=listener, now=now),
        ]
        outcomes = at_once(*acts * 6)
        assert all(isinstance(outcome, bool) for outcome in outcomes)
        assert count(space) == Reminder.objects.count()

    def test_who_asks_while_it_starts_is_told_or_refused(self, space, now, at):
        """Never accepted and then forgotten: whoever was let in is in the audience of the start."""
        people = crowd(10)

        def start() -> int:
            on_air(Space.objects.get(pk=space.pk), at(1))
            return Reminder.objects.filter(space=space).count()

        asks = [lambda user=user: reminder_set(space=space, user=user, now=now) for user in people]
        *asked, told = at_once(*asks, start)
        accepted = sum(outcome is True for outcome in asked)
        assert accepted + sum(isinstance(outcome, NotScheduled) for outcome in asked) == len(people)
        assert count(space) == Reminder.objects.count() == accepted
        assert told == accepted
