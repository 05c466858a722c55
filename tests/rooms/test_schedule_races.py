"""Hosts, co-hosts and beat at the same moment; on PostgreSQL, in real threads, there is one outcome."""

import itertools
from datetime import timedelta

import pytest
from django.conf import settings

from rooms.errors import ScheduledTooMany
from rooms.models import Participation, Role, Space, SpaceSeries
from rooms.services import locks
from rooms.services.invitations import stage_invite_accept
from rooms.services.lifecycle import space_start_scheduled
from rooms.services.schedule import space_cancel, space_edit_scheduled, spaces_expire
from rooms.services.series import series_extend
from tests.factories import FollowFactory, UserFactory
from tests.rooms.ahead import scheduled
from tests.rooms.racing import at_once

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_audio"),
]

THREADS = 8


def test_the_eleventh_from_many_sides(host, now):
    for hours in range(settings.SPACES_SCHEDULED_MAX - 3):
        scheduled(host, now, hours=hours + 1)
    results = at_once(*[lambda: scheduled(host, now)] * THREADS)
    assert sum(isinstance(result, Space) for result in results) == 3
    assert sum(isinstance(result, ScheduledTooMany) for result in results) == THREADS - 3
    assert Space.objects.filter(state="scheduled").count() == settings.SPACES_SCHEDULED_MAX


def test_without_the_lock_of_the_host_there_would_be_eleven(host, now, monkeypatch):
    """What `locked_person` is for: all count before any of them is written."""
    for hours in range(settings.SPACES_SCHEDULED_MAX - 1):
        scheduled(host, now, hours=hours + 1)
    monkeypatch.setattr(locks, "_for_update", lambda rows: rows)
    for _ in range(20):
        at_once(*[lambda: scheduled(host, now)] * THREADS)
        waiting = Space.objects.filter(state="scheduled")
        if waiting.count() > settings.SPACES_SCHEDULED_MAX:
            return
        waiting.order_by("-pk")[0].delete()
    pytest.fail("never more than allowed, even without the lock")


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_start_cancel_and_expiry_have_one_outcome(host, now, sent, order):
    space = scheduled(host, now, hours=1)
    late = space.scheduled_at + timedelta(minutes=settings.SPACES_START_LATE_MINUTES)
    acts = [
        lambda: space_start_scheduled(space=space, by=host, now=late - timedelta(seconds=1)),
        lambda: space_cancel(space=space, by=host, now=late),
        lambda: spaces_expire(now=late),
    ]
    at_once(*[acts[n] for n in order] * 3)
    space.refresh_from_db()
    outcomes = [
        name for name in sent.types() if name in ("space.started", "space.cancelled", "space.expired")
    ]
    told = {"live": "space.started", "cancelled": "space.cancelled", "expired": "space.expired"}
    assert outcomes == [told[space.state]]


def test_a_move_and_expiry(host, now, sent):
    """Either it has moved and waits on, or it has expired and stays where it was."""
    space = scheduled(host, now, hours=1)
    late = space.scheduled_at + timedelta(minutes=settings.SPACES_START_LATE_MINUTES)
    at_once(
        lambda: space_edit_scheduled(space=space, by=host, scheduled_at=late + timedelta(days=1), now=late),
        lambda: spaces_expire(now=late),
    )
    before = space.scheduled_at
    space.refresh_from_db()
    assert (space.state, space.scheduled_at > before) in (("scheduled", True), ("expired", False))


def test_two_beats_extend_a_series_once(host, now):
    scheduled(host, now, hours=48, series={"every": "week"})
    before = Space.objects.count()
    made = at_once(*[lambda: series_extend(now=now + timedelta(days=14))] * 4)
    assert sum(made) == 2
    assert Space.objects.count() == before + 2
    assert len(set(Space.objects.values_list("scheduled_at", flat=True))) == before + 2


def test_extending_and_ending_a_series(host, now):
    first = scheduled(host, now, hours=48, series={"every": "week"})
    at_once(
        lambda: series_extend(now=now + timedelta(days=14)),
        lambda: space_cancel(space=first, by=host, following=True, now=now),
    )
    assert not Space.objects.filter(state="scheduled").exists()
    assert SpaceSeries.objects.get().ended_at == now


def test_two_answers_across_a_series(host, now):
    """Both lock many Spaces, each from another one on."""
    people = [UserFactory(), UserFactory()]
    for person in people:
        FollowFactory(follower=person, followee=host)
    first = scheduled(host, now, hours=48, cohosts=[one.handle for one in people], series={"every": "week"})
    spaces = list(Space.objects.filter(series=first.series_id).order_by("scheduled_at"))
    results = at_once(
        lambda: stage_invite_accept(space=spaces[0], user=people[0], now=now),
        lambda: stage_invite_accept(space=spaces[-1], user=people[1], now=now),
    )
    assert all(isinstance(result, Participation) for result in results), results
    assert Participation.objects.filter(role=Role.COHOST).count() == 2 * len(spaces)
