"""Reminders while workers die and meet, and while nobody beats: real processes and threads. Each is told exactly once."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import User
from rooms.models import Space
from rooms.services.reminders import plan_reminders, tell_cancelled, tell_live
from social.models import Fanout, Notification
from social.services.fanouts import fanouts_run
from tests.plugins.service import wait_until
from tests.rooms.announced import announced, closed, on_air, waiting
from tests.rooms.racing import at_once
from tests.social.crowds import crowd, worker

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

PEOPLE, CHUNK = 3000, 20
SMALL = {"FANOUT_CHUNK": str(CHUNK)}
TASK = "social.tasks.fanouts_run"


@pytest.fixture
def now() -> datetime:
    """The real moment: the workers' clock is not ours."""
    return datetime.now(UTC)


@pytest.fixture
def people(db) -> list[User]:
    """Those who ask."""
    return crowd(PEOPLE)


@pytest.fixture
def space(host, people, now) -> Space:
    """A Space that starts in ten minutes; everybody's reminder has been due for five."""
    space = announced(host, now + timedelta(minutes=10))
    plan_reminders(space, now=now - timedelta(hours=1))
    waiting(space, people)
    return space


def told(event: str) -> Counter[int]:
    """User → how often they were told."""
    return Counter(Notification.objects.filter(event=event).values_list("user_id", flat=True))


def each_once(people: list[User]) -> Counter[int]:
    return Counter(person.pk for person in people)


def killed_over(event: str) -> Fanout:
    """A real worker tells the first, and is killed over it; the fan-out as it left it."""
    with worker(**SMALL) as first:
        first.do(TASK)
        wait_until(lambda: Fanout.objects.get(event=event).written > 0, "the worker has told somebody")
        first.kill()
    dead = Fanout.objects.get(event=event)
    assert 0 < dead.written < PEOPLE, "it was killed in the middle"
    assert dead.written == sum(told(event).values())
    return dead


def test_a_worker_is_killed_in_the_middle_and_another_does_the_rest(space, host, people):
    dead = killed_over("soon")
    assert dead.claimed_until is not None
    fanouts_run(now=dead.claimed_until + timedelta(seconds=1))
    assert told("soon") == each_once(people)
    assert told("host_soon") == Counter([host.pk])


def test_killed_in_the_middle_and_cancelled_before_another_goes_on(space, people, now):
    dead = killed_over("soon")
    tell_cancelled(closed(space, "cancelled", now), now=now)
    for minutes in (1, 10, 60):
        fanouts_run(now=now + timedelta(minutes=minutes))
    assert sum(told("soon").values()) == dead.written
    assert told("cancelled") == each_once(people)


def test_killed_in_the_middle_and_nobody_beats_for_two_hours(space, people, now):
    """The start has passed: the others are not told now that it starts soon, but what is true now is told to all."""
    dead = killed_over("soon")
    later = now + timedelta(hours=2)
    tell_cancelled(closed(space, "cancelled", later), now=later)
    fanouts_run(now=later)
    assert sum(told("soon").values()) == dead.written
    assert told("cancelled") == each_once(people)


def test_killed_over_the_start_and_another_does_the_rest(space, people, now):
    Fanout.objects.filter(event="soon").delete()
    tell_live(on_air(space, now), now=now)
    dead = killed_over("live")
    assert dead.claimed_until is not None
    fanouts_run(now=dead.claimed_until + timedelta(seconds=1))
    assert told("live") == each_once(people)
    assert told("host_start") == Counter()


def test_two_workers_and_two_beats_at_once(space, host, people):
    """Two real workers, and the task that beat sends comes twice."""
    with worker(**SMALL) as first, worker(**SMALL) as second:
        # They share a queue.
        first.do(TASK)
        second.do(TASK)
        wait_until(
            lambda: not Fanout.objects.filter(event="soon").exclude(state="done").exists(), "all are told"
        )
    assert told("soon") == each_once(people)
    assert told("host_soon") == Counter([host.pk])


def test_runs_that_meet_a_move(space, people, now, settings):
    """Told, moved and told again at the same moment: each once of each, whoever comes first."""
    settings.FANOUT_CHUNK = CHUNK * 10
    space.scheduled_at, space.sequence = now + timedelta(days=2), 1
    space.save(update_fields=["scheduled_at", "sequence"])

    def move() -> None:
        plan_reminders(space, now=now)

    at_once(lambda: fanouts_run(now=now), move, lambda: fanouts_run(now=now))
    fanouts_run(now=now + timedelta(minutes=2))
    assert set(told("soon").values()) <= {1}
    before = told("soon")
    due = space.scheduled_at - timedelta(minutes=15)
    at_once(*[lambda: fanouts_run(now=due)] * 3)
    # Everybody is reminded of the new time, once, also those who were of the old one.
    assert told("soon") - before == each_once(people)
