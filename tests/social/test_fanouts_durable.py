"""Workers that are killed, and workers that meet: real processes and threads on PostgreSQL. Everybody is told exactly once."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection

from social.models import Delivery, Fanout, Kind, Notification, PushSubscription
from social.services import fanouts
from social.services.fanouts import fanout_schedule, fanouts_run
from tests.plugins.service import wait_until
from tests.rooms.racing import at_once
from tests.social.crowds import crowd, worker

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

CHUNK = 20
TASK = "social.tasks.fanouts_run"


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def followed(host, now):
    """`followed(2000)`: so many follow the host, every second with a device that takes push, and the host is live."""

    def live(count: int) -> list[int]:
        people = crowd(count, following=host)
        PushSubscription.objects.bulk_create(
            PushSubscription(user=person, endpoint=f"https://push.test/{person.pk}") for person in people[::2]
        )
        fanout_schedule(key="live:1", audience="followers", kind=Kind.LIVE, actor=host, due_at=now, now=now)
        return [person.pk for person in people]

    return live


def assert_each_once(people: list[int]) -> None:
    told = Counter(Notification.objects.values_list("user_id", flat=True))
    assert told == Counter(people)
    assert Counter(Delivery.objects.values_list("user_id", flat=True)) == Counter(people[::2])
    fanout = Fanout.objects.get()
    assert (fanout.state, fanout.written) == ("done", len(people))


def other_connection() -> "psycopg.Connection[Any]":
    """A connection beside Django's, for what is not to be committed."""
    database = connection.settings_dict
    return psycopg.connect(
        host=database["HOST"],
        port=database["PORT"],
        dbname=database["NAME"],
        user=database["USER"],
        password=database["PASSWORD"] or None,
    )


def someone_waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return bool(cursor.fetchone()[0])


def test_killed_between_chunks_and_another_carries_on_after_the_lease(followed, now, settings):
    people = followed(3000)
    settings.FANOUT_CHUNK = CHUNK
    with worker(FANOUT_CHUNK=str(CHUNK)) as first:
        first.do(TASK)
        wait_until(lambda: Fanout.objects.get().written > 0, "the worker has told somebody")
        first.kill()
    dead = Fanout.objects.get()
    assert 0 < dead.written < len(people)
    assert dead.written == Notification.objects.count()
    assert (dead.state, dead.claim is not None) == ("running", True)
    # Its claim stands, until the lease is over.
    assert fanouts_run(now=now) == 0
    assert fanouts_run(now=dead.claimed_until + timedelta(seconds=1)) == len(people) - dead.written
    assert_each_once(people)


def test_killed_in_the_middle_of_a_chunk_and_another_worker_does_it_again(followed, host):
    people = followed(200)
    blocked = people[3 * CHUNK + CHUNK // 2]
    env = {"FANOUT_CHUNK": str(CHUNK), "FANOUT_LEASE_SECONDS": "2"}
    with other_connection() as other, worker(**env) as first:
        # The same row, not committed: the fourth chunk waits for it in the middle of its statement.
        other.execute(
            "INSERT INTO social_notification (user_id, kind, event, key, data, in_app, created_at)"
            " VALUES (%s, 'live', '', 'live:1', '{}', true, now())",
            [blocked],
        )
        first.do(TASK)
        wait_until(someone_waits_for_a_lock, "the worker is in the middle of its fourth chunk")
        first.kill()
        other.rollback()
    wait_until(lambda: not someone_waits_for_a_lock(), "PostgreSQL has noticed the death")
    assert Notification.objects.count() == Fanout.objects.get().written == 3 * CHUNK
    with worker(**env) as second:

        def done() -> bool:
            second.do(TASK)
            return Fanout.objects.get().state == "done"

        wait_until(done, "the second worker has done the rest")
    assert_each_once(people)


def test_two_runs_at_once_write_nothing_twice(followed, now, settings):
    settings.FANOUT_CHUNK = CHUNK
    people = followed(600)
    told = at_once(*[lambda: fanouts_run(now=now)] * 3)
    assert sum(told) == len(people)
    assert_each_once(people)


def test_two_that_believe_to_have_the_claim_write_nothing_twice(followed, now, settings, monkeypatch):
    """Their leases are over as soon as they are made: each takes the fan-out from the other all the time."""
    settings.FANOUT_CHUNK, settings.FANOUT_LEASE_SECONDS = CHUNK, 0
    people = followed(600)
    told = at_once(*[lambda: fanouts_run(now=now)] * 3)
    while Fanout.objects.get().state != "done":
        fanouts_run(now=now)
    assert all(isinstance(one, int) for one in told)
    assert_each_once(people)


def test_two_fan_outs_with_one_key_at_once(followed, host, now, settings, monkeypatch):
    """Told at the same moment by two workers, each in chunks that overlap: nobody twice, and no deadlock."""
    settings.FANOUT_CHUNK = CHUNK
    people = followed(600)
    twin = fanout_schedule(
        key="live:2", audience="followers", kind=Kind.LIVE, actor=host, due_at=now, now=now
    )
    clock = fanouts._Clock(now)
    first, second = fanouts._claim(now), fanouts._claim(now)
    # As if the order among those of one key did not hold.
    Fanout.objects.filter(pk=twin.pk).update(key="live:1", audience="reminded")
    monkeypatch.setitem(settings.FANOUT_AUDIENCES, "reminded", "social.audiences.followers")
    told = at_once(lambda: fanouts._work(first, clock), lambda: fanouts._work(second, clock))
    assert sum(told) == len(people)
    assert Counter(Notification.objects.values_list("user_id", flat=True)) == Counter(people)


def test_scheduled_by_two_at_once_it_is_one(host, now):
    def schedule() -> Any:
        return fanout_schedule(
            key="live:1", audience="followers", kind=Kind.LIVE, actor=host, due_at=now, now=now
        ).pk

    assert len(set(at_once(*[schedule] * 4))) == 1
    assert Fanout.objects.count() == 1
