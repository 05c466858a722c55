"""What is done on the stage is heard, or no longer heard, in the real audio server. It sends no webhooks here."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import numpy as np
import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from rooms.audio import sfu
from rooms.demo.sound import NoSound
from rooms.demo.speech import Samples
from rooms.models import Role, Space
from rooms.services import control, invitations, requests, stage
from rooms.services.joining import space_join
from rooms.services.reconcile import reconcile_watched
from tests.audio.conftest import Person
from tests.audio.likeness import likeness_to_loop
from tests.factories import UserFactory
from tests.plugins.service import wait_until

pytestmark = [pytest.mark.livekit]

LIKE = 0.8


class Speaker:
    """Somebody on stage who says something again and again, and can mute their own track."""

    def __init__(self, person: Person, words: Samples) -> None:
        self.person = person
        self._background: Any = person._background
        wait_until(lambda: person.sound.may_publish, "LiveKit lets them publish")
        self.microphone = self._background.run(person.sound.publish())

        async def forever() -> None:
            while True:
                await self.microphone.say(words)

        person._tasks.append(self._background.start(forever()))

    def unmute(self) -> None:
        """As a client does whom somebody else has muted."""

        async def unmute() -> None:
            self.microphone.track.mute()
            self.microphone.track.unmute()

        self._background.run(unmute())


@pytest.fixture
def beat() -> Iterator[None]:
    """What beat does: a look into the watched rooms every second."""
    stop = threading.Event()

    def rounds() -> None:
        while not stop.wait(1.0):
            reconcile_watched(now=timezone.now())
        connection.close()

    thread = threading.Thread(target=rounds)
    thread.start()
    yield
    stop.set()
    thread.join()


@pytest.fixture
def promoted(space: Space, host: User, enter: Any, now: Any) -> Callable[[User], Person]:
    """`promoted(user)` has joined, asked to speak, and been accepted, on one connection to LiveKit."""
    space_join(space=space, user=host, now=now)

    def promote(user: User) -> Person:
        person, _ = enter(space, user)
        requests.stage_request(space=space, user=user, now=now)
        requests.stage_request_accept(space=space, by=host, user=user, now=now)
        return person

    return promote


def is_silent(ear: Person) -> bool:
    """Whether the next half second is silence, or nothing at all comes."""
    try:
        heard = ear._background.run(ear.sound.hear(0.5, timeout=1.5))
    except TimeoutError:
        return True
    return bool(np.abs(heard).max() < 50)


def hears(ear: Person, words: Samples) -> bool:
    """Whether the next seconds are these words. The first ones of a connection may be rough."""
    return likeness_to_loop(words, ear.hear(3)) > LIKE


@pytest.mark.slow
def test_who_is_accepted_is_heard_by_two_others_without_reconnecting(
    space, listener, outsider, enter, promoted, words
):
    ears = [enter(space, UserFactory())[0], enter(space, outsider)[0]]
    speaker = Speaker(promoted(listener), words)
    for ear in ears:
        wait_until(lambda ear=ear: hears(ear, words), "they are heard")
    assert not speaker.person.is_out()


@pytest.mark.slow
def test_who_is_muted_is_silent_until_they_unmute_themselves(
    space, host, listener, outsider, enter, promoted, words, now
):
    ear, _ = enter(space, outsider)
    speaker = Speaker(promoted(listener), words)
    ear.hear(0.5)
    stage.mic_set(space=space, user=listener, muted=False, now=now)

    stage.stage_mute(space=space, by=host, user=listener, now=now)
    wait_until(lambda: is_silent(ear), "they are silent")
    assert is_silent(ear)
    speaker.unmute()
    wait_until(lambda: hears(ear, words), "they are heard again")


@pytest.mark.slow
def test_muting_all_leaves_the_hosts(space, host, cohost, listener, outsider, enter, promoted, words, now):
    ear, _ = enter(space, outsider)
    speaker = Speaker(promoted(listener), words)
    ear.hear(0.5)
    stage.stage_mute_all(space=space, by=host, now=now)
    wait_until(lambda: is_silent(ear), "the speaker is silent")

    other, _ = enter(space, cohost)
    invitations.stage_invite(space=space, by=host, user=cohost, role=Role.COHOST, now=now)
    invitations.stage_invite_accept(space=space, user=cohost, now=now)
    Speaker(other, words)
    ear.hear(0.5)
    stage.stage_mute_all(space=space, by=host, now=now)
    assert not is_silent(ear)
    assert not speaker.person.is_out()


@pytest.mark.slow
def test_who_is_moved_down_is_no_longer_heard_and_cannot_publish(
    space, host, listener, outsider, enter, promoted, words, now
):
    ear, _ = enter(space, outsider)
    speaker = Speaker(promoted(listener), words)
    ear.hear(0.5)

    stage.stage_move_to_listeners(space=space, by=host, user=listener, now=now)
    wait_until(lambda: ear.sound.tracks == 0, "the listener is told that the track ended", seconds=1)
    assert is_silent(ear)
    wait_until(lambda: not speaker.person.sound.may_publish, "they are told", seconds=1)
    with pytest.raises(NoSound):
        speaker.person.speak(words, timeout=3)
    assert ear.sound.tracks == 0
    # They listen on, on the connection they had.
    assert not speaker.person.is_out()


@pytest.mark.slow
def test_who_is_removed_is_out_within_a_second_and_every_token_they_ever_held_is_worth_nothing(
    space, host, listener, enter, promoted, person, now, beat
):
    early = space_join(space=space, user=listener, now=now).audio.token
    speaker = promoted(listener)
    room = speaker.sound._room
    wait_until(lambda: speaker.sound.may_publish, "they may publish")
    # LiveKit has given them a new token by then, with the rights of a speaker, good for ten minutes.
    wait_until(lambda: can_publish(room._token), "LiveKit renews the token")
    renewed = room._token
    late = space_join(space=space, user=listener, now=now).audio.token

    began = time.monotonic()
    control.space_remove(space=space, by=host, user=listener, now=now)
    wait_until(speaker.is_out, "they are out", seconds=1)
    assert time.monotonic() - began < 1
    assert sfu.participant(space.audio_room, str(listener.pk)) is None

    for token in (early, late, renewed):
        again = person()
        # Thrown out before they are in, or right after.
        with contextlib.suppress(NoSound):
            again.connect(token)
            wait_until(again.is_out, "they are out again", seconds=2)
        wait_until(
            lambda: sfu.participant(space.audio_room, str(listener.pk)) is None, "they are gone", seconds=2
        )


@pytest.mark.slow
def test_who_was_moved_down_loses_the_right_of_a_token_that_says_more(
    space, host, listener, promoted, person, now, beat
):
    """LiveKit renews tokens with the rights of the moment, and such a token outlives the right."""
    speaker = promoted(listener)
    wait_until(lambda: can_publish(speaker.sound._room._token), "LiveKit renews the token")
    token = speaker.sound._room._token
    stage.stage_move_to_listeners(space=space, by=host, user=listener, now=now)

    again = person().connect(token)
    wait_until(
        lambda: not sfu.participant(space.audio_room, str(listener.pk)).may_publish,
        "the right is taken away",
        seconds=2,
    )
    wait_until(lambda: not again.sound.may_publish, "they are told", seconds=1)
    assert not again.is_out()


def test_a_stage_without_audio_server_is_a_stage(space, host, listener, livekit_server, promoted, now):
    """The database is first; the audio server follows when it is back."""
    promoted(listener)
    with livekit_server.stopped():
        stage.stage_mute(space=space, by=host, user=listener, now=now)
        stage.stage_move_to_listeners(space=space, by=host, user=listener, now=now)
        reconcile_watched(now=now)
        control.space_remove(space=space, by=host, user=listener, now=now)
    reconcile_watched(now=now)


def can_publish(token: str) -> bool:
    """Whether this token lets its holder publish."""
    claims = jwt.decode(token, options={"verify_signature": False})
    return bool(claims["video"].get("canPublish"))
