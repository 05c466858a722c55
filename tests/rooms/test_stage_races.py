"""Acts on the stage at the same moment: on PostgreSQL, in real threads, there is one outcome, and it is the same for all.

Each race is run twice: with the rows' locks taken out, where it goes wrong, and as it is.
"""

import contextlib
from collections.abc import Callable
from threading import Barrier, BrokenBarrierError, Event
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError

from rooms.errors import NotInRoom, NotInvited, StageFull
from rooms.models import STAGE_ROLES, Invitation, Participation, Role, Space, SpeakRequest
from rooms.services import control, invitations, locks, requests, seats, stage
from rooms.services.invitations import stage_invite_accept
from rooms.services.joining import space_join
from rooms.services.lifecycle import space_start
from tests.factories import UserFactory
from tests.rooms.racing import at_once
from tests.rooms.world import seat

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_audio"),
]

PEOPLE = 20


@pytest.fixture
def live(host, now) -> Space:
    """A live Space, committed."""
    space = space_start(host=host, title="Race", now=now)
    space_join(space=space, user=host, now=now)
    return space


@pytest.fixture(params=["without the lock", "with it"])
def locked(request, monkeypatch) -> bool:
    """Whether rows are locked, as they are outside of this test."""
    if request.param == "without the lock":
        monkeypatch.setattr(locks, "_for_update", lambda rows: rows)
    return request.param == "with it"


def meet(monkeypatch: Any, parties: int, *places: tuple[Any, str]) -> None:
    """Whoever has looked, and is about to write, waits for the others, for as long as they can possibly come."""
    barrier = Barrier(parties)

    def waiting(act: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            # Broken when they do not come, since they wait for the lock.
            with contextlib.suppress(BrokenBarrierError):
                barrier.wait(3)
            return act(*args, **kwargs)

        return wrapped

    for module, name in places:
        monkeypatch.setattr(module, name, waiting(getattr(module, name)))


def on_stage(space: Space) -> int:
    """How many are on stage."""
    return Participation.objects.filter(space=space, role__in=STAGE_ROLES).count()


def test_twenty_accept_the_last_seat(live, host, now, sent, locked, monkeypatch):
    for _ in range(settings.SPACES_SPEAKERS_MAX - 2):
        seat(live, UserFactory(), Role.SPEAKER, now)
    people = UserFactory.create_batch(PEOPLE)
    for user in people:
        space_join(space=live, user=user, now=now)
        Invitation.objects.create(space=live, user=user, by=host)
    sent.clear()
    meet(monkeypatch, PEOPLE, (seats, "_seat"))
    results = at_once(*[lambda u=user: stage_invite_accept(space=live, user=u, now=now) for user in people])
    if not locked:
        assert on_stage(live) > settings.SPACES_SPEAKERS_MAX
        return
    assert sorted(type(result).__name__ for result in results) == ["Participation"] + ["StageFull"] * 19
    assert all(isinstance(result, Participation | StageFull) for result in results)
    assert on_stage(live) == settings.SPACES_SPEAKERS_MAX
    assert sent.types().count("stage.joined") == 1
    assert Invitation.objects.filter(space=live, state=Invitation.State.OPEN).count() == PEOPLE - 1


def test_two_hosts_move_one_speaker(live, host, cohost, speaker, now, sent, locked, monkeypatch):
    seat(live, cohost, Role.COHOST, now)
    seat(live, speaker, Role.SPEAKER, now)
    sent.clear()
    meet(monkeypatch, 2, (stage, "take_off_stage"))
    at_once(
        lambda: stage.stage_move_to_listeners(space=live, by=host, user=speaker, now=now),
        lambda: stage.stage_move_to_listeners(space=live, by=cohost, user=speaker, now=now),
    )
    assert sent.types().count("stage.left") == (1 if locked else 2)


def test_one_host_removes_whom_the_other_accepts(
    live, host, cohost, listener, now, sent, locked, monkeypatch
):
    seat(live, cohost, Role.COHOST, now)
    space_join(space=live, user=listener, now=now)
    SpeakRequest.objects.create(space=live, user=listener, asked_at=now)
    looked, removed = Event(), Event()
    put_on_stage, remove = requests.put_on_stage, control.space_remove

    def put_on_stage_later(*args: Any, **kwargs: Any) -> None:
        looked.set()
        removed.wait(1)
        put_on_stage(*args, **kwargs)

    def remove_and_say_so(**kwargs: Any) -> None:
        looked.wait(20)
        remove(**kwargs)
        removed.set()

    monkeypatch.setattr(requests, "put_on_stage", put_on_stage_later)
    accepted, _ = at_once(
        lambda: requests.stage_request_accept(space=live, by=cohost, user=listener, now=now),
        lambda: remove_and_say_so(space=live, by=host, user=listener, now=now),
    )
    if not locked:
        # Only the constraint of the database keeps a removed person off the stage.
        assert isinstance(accepted, IntegrityError)
        return
    assert isinstance(accepted, Participation | NotInRoom)
    found = Participation.objects.get(space=live, user=listener)
    assert found.removed_at
    assert found.role == Role.LISTENER
    assert not SpeakRequest.objects.filter(space=live, state=SpeakRequest.State.WAITING).exists()


def test_a_speaker_steps_down_as_they_are_promoted(live, host, speaker, now, sent, locked, monkeypatch):
    seat(live, speaker, Role.SPEAKER, now)
    Invitation.objects.create(space=live, user=speaker, by=host, role=Role.COHOST)
    sent.clear()
    looked, down = Event(), Event()
    put_on_stage, take_off_stage = invitations.put_on_stage, stage.take_off_stage

    def put_on_stage_later(*args: Any, **kwargs: Any) -> None:
        looked.set()
        down.wait(1)
        put_on_stage(*args, **kwargs)

    def step_down() -> None:
        looked.wait(20)
        stage.stage_step_down(space=live, user=speaker, now=now)

    def take_off_and_say_so(*args: Any, **kwargs: Any) -> None:
        take_off_stage(*args, **kwargs)
        down.set()

    monkeypatch.setattr(invitations, "put_on_stage", put_on_stage_later)
    monkeypatch.setattr(stage, "take_off_stage", take_off_and_say_so)
    promoted, _ = at_once(
        lambda: stage_invite_accept(space=live, user=speaker, now=now),
        step_down,
    )
    role = Participation.objects.get(space=live, user=speaker).role
    told = sorted((f for f in sent if f["type"].startswith("stage.")), key=lambda frame: frame["seq"])
    if not locked:
        # Co-host, although the stage was left: nobody's screen shows them.
        assert role == Role.COHOST
        assert "stage.left" in [frame["type"] for frame in told]
        return
    assert isinstance(promoted, Participation | NotInvited)
    assert role == Role.LISTENER
    assert told[-1]["type"] == "stage.left"
    assert sent.types().count("stage.left") == 1


def test_people_join_and_leave_while_they_are_promoted(live, host, now):
    """The order of locks: nobody waits for somebody who waits for them."""
    people = UserFactory.create_batch(6)
    for user in people:
        space_join(space=live, user=user, now=now)
        SpeakRequest.objects.create(space=live, user=user, asked_at=now)

    def accept(user: Any) -> Any:
        return requests.stage_request_accept(space=live, by=host, user=user, now=now)

    acts: list[Callable[[], Any]] = []
    for user in people:
        acts += [lambda u=user: accept(u), lambda u=user: space_join(space=live, user=u, now=now)]
    results = at_once(*acts)
    assert not [result for result in results if isinstance(result, Exception)]
    assert on_stage(live) == 1 + len(people)
    seqs = list(Space.objects.filter(pk=live.pk).values_list("seq", flat=True))
    assert seqs[0] >= len(people)
