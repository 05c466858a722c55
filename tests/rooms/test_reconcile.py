"""Database and presence agree, whatever was lost. (With a real LiveKit: tests/audio.)"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rooms import presence, selectors
from rooms.models import Participation, Space
from rooms.services.reconcile import reconcile_live_spaces
from tests.factories import UserFactory
from tests.rooms.times import wire

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]


@pytest.fixture
def settled(now, redis_wiped):
    """Presence has been kept for long enough to be believed."""
    redis_wiped()
    presence.touch("a-space-of-the-past", [1], now - timedelta(hours=1))


def test_whoever_is_not_seen_has_left(settled, space, host, listener, outsider, join, at, committed):
    join(space, listener)
    join(space, outsider)
    presence.touch(space.pk, [host.pk, listener.pk], at(25))
    with committed():
        reconcile_live_spaces(now=at(26))
    here = Participation.objects.filter(left_at__isnull=True).values_list("user_id", flat=True)
    assert set(here) == {host.pk, listener.pk}
    assert Participation.objects.get(user=outsider).left_at == at(26)


def test_redis_that_lost_everything_is_not_believed(space, listener, join, at, committed, redis_wiped):
    join(space, listener)
    redis_wiped()
    presence.touch(space.pk, [], at(59))
    with committed():
        reconcile_live_spaces(now=at(60))
    assert Participation.objects.filter(left_at__isnull=True).count() == 2


def test_without_its_host_a_space_ends_after_two_minutes(
    settled, space, host, listener, join, at, committed, sent
):
    join(space, listener)
    seconds = 0
    while seconds <= 150:
        seconds += 3
        presence.touch(space.pk, [listener.pk], at(seconds))
        with committed():
            reconcile_live_spaces(now=at(seconds))
    space.refresh_from_db()
    assert (space.state, space.end_reason) == ("ended", "host_left")
    [gone] = sent.of("space.host_left")
    assert gone["ends_at"] <= wire(space.ended_at) <= wire(at(150))
    assert sent.types()[-1] == "space.ended"


def test_a_host_who_is_seen_keeps_the_space(settled, space, host, at, committed):
    for seconds in range(0, 400, 10):
        presence.touch(space.pk, [host.pk], at(seconds))
        with committed():
            reconcile_live_spaces(now=at(seconds))
    assert Space.objects.get(pk=space.pk).is_live


def test_the_peak_is_remembered(space, join, at, committed):
    for user in UserFactory.create_batch(3):
        join(space, user)
    assert selectors.listener_count(space) == 3
    with committed():
        reconcile_live_spaces(now=at(3))
    assert Space.objects.get(pk=space.pk).peak_listeners == 3


def test_a_leftover_of_an_ended_space_is_closed(space, listener, join, at, committed):
    join(space, listener)
    Space.objects.update(state="ended", ended_at=at(5), end_reason="host")
    with committed():
        reconcile_live_spaces(now=at(8))
    assert Participation.objects.get(user=listener).left_at == at(5)


def test_rounds_cost_the_same_for_any_number_of_listeners(space, join, at, committed):
    def queries():
        with CaptureQueriesContext(connection) as counted, committed():
            reconcile_live_spaces(now=at(3))
        return len(counted)

    queries()
    few = queries()
    for user in UserFactory.create_batch(12):
        join(space, user)
    queries()
    assert queries() == few
