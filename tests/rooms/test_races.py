"""Two people act at once; on PostgreSQL, in real threads, there is one outcome."""

from threading import Barrier

import pytest
from django.db import transaction

from rooms.errors import AlreadyLive
from rooms.events import emit
from rooms.models import Attendance, Participation, Space
from rooms.services.joining import space_join
from rooms.services.lifecycle import space_end, space_start
from rooms.services.locks import locked_space
from rooms.services.stage import mic_set
from tests.rooms.racing import at_once

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_audio"),
]

THREADS = 12


@pytest.fixture
def live(host, now) -> Space:
    """A live Space, committed."""
    return space_start(host=host, title="Race", now=now)


def test_one_host_starting_many_times_is_live_once(host, now):
    results = at_once(*[lambda: space_start(host=host, title="Mine", now=now)] * THREADS)
    assert sum(isinstance(result, Space) for result in results) == 1
    assert sum(isinstance(result, AlreadyLive) for result in results) == THREADS - 1


def test_one_person_joining_many_times_is_there_once(live, listener, now):
    results = at_once(*[lambda: space_join(space=live, user=listener, now=now)] * THREADS)
    connections = [result.participation.connection for result in results]
    assert len(set(connections)) == THREADS
    assert Participation.objects.get(user=listener).connection in connections
    assert Attendance.objects.filter(participation__user=listener).count() == 1


def test_an_end_from_many_sides_is_one_end(live, host, at, sent):
    at_once(*[lambda: space_end(space=live, by=host, now=at(9))] * THREADS)
    assert sent.types().count("space.ended") == 1


def test_seq_has_no_gap_and_no_double(live, host, listener, at, sent):
    first = live.seq
    muted = [
        lambda m=number % 2 == 0: mic_set(space=live, user=host, muted=m, now=at(1))
        for number in range(THREADS)
    ]
    at_once(*muted)
    seqs = sorted(frame["seq"] for frame in sent if frame["type"] == "stage.muted")
    assert seqs == list(range(first + 1, first + 1 + len(seqs)))
    live.refresh_from_db()
    assert live.seq == (seqs[-1] if seqs else first)


def test_without_the_lock_two_events_would_share_a_seq(live):
    """What the lock of `locked_space` is for: reading the row and counting up by hand doubles numbers."""
    barrier = Barrier(2)

    def careless() -> int:
        with transaction.atomic():
            space = Space.objects.get(pk=live.pk)
            barrier.wait(20)
            Space.objects.filter(pk=live.pk).update(seq=space.seq + 1)
            return space.seq + 1

    def careful() -> int:
        with transaction.atomic():
            return emit(locked_space(live.pk), "stage.presence", {"user": "1", "present": True})

    assert len(set(at_once(careless, careless))) == 1
    assert len(set(at_once(careful, careful))) == 2
