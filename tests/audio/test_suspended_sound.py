"""Somebody is suspended during a live Space, in the real audio server: nothing of their sound is left within two seconds.

The server sends no webhooks here.
"""

import pytest

from moderation.models import Act
from moderation.services.decisions import decide
from rooms.audio import sfu
from rooms.models import Participation, Role, Space
from rooms.services.reconcile import reconcile_watched
from tests.moderation.cases import member_of
from tests.plugins.service import wait_until

pytestmark = [pytest.mark.livekit]

# What is promised. Everything is waited for; nothing here sleeps.
SECONDS = 2


@pytest.fixture
def suspend(now, transactional_db):
    """`suspend(user)`: for good, by a moderator."""
    moderator = member_of("moderator")
    return lambda user: decide(act=Act.SUSPEND, by=moderator, person=user, reason="Rules.", now=now)


def in_room(space):
    return {one.identity for one in sfu.participants(space.audio_room)}


def test_the_host_s_room_is_gone_with_everybody_in_it(space, host, listener, enter, suspend):
    mouth, _ = enter(space, host)
    ear, _ = enter(space, listener)
    suspend(host)
    wait_until(lambda: mouth.is_out() and ear.is_out(), "both are out", SECONDS)
    wait_until(lambda: space.audio_room not in sfu.room_names(), "the room is gone", SECONDS)
    assert Space.objects.get().end_reason == Space.EndReason.STAFF


@pytest.mark.parametrize("role", [Role.COHOST, Role.SPEAKER])
def test_who_is_on_stage_is_out_and_the_others_stay(space, host, speaker, listener, enter, suspend, role):
    host_s, _ = enter(space, host)
    ear, _ = enter(space, listener)
    mouth, _ = enter(space, speaker)
    Participation.objects.filter(user=speaker).update(role=role)
    sfu.set_rights(space.audio_room, str(speaker.pk), may_publish=True)
    wait_until(lambda: mouth.sound.may_publish, "they may publish")
    suspend(speaker)
    wait_until(mouth.is_out, "they are out", SECONDS)
    assert in_room(space) == {str(host.pk), str(listener.pk)}
    assert not host_s.is_out()
    assert not ear.is_out()


def test_a_listener_is_out(space, host, listener, enter, suspend):
    witness, _ = enter(space, host)
    ear, _ = enter(space, listener)
    suspend(listener)
    wait_until(ear.is_out, "they are out", SECONDS)
    assert in_room(space) == {str(host.pk)}
    assert not witness.is_out()


def test_a_token_that_is_still_good_does_not_help(space, host, speaker, enter, person, suspend, handmade, at):
    enter(space, host)
    enter(space, speaker)
    Participation.objects.filter(user=speaker).update(role=Role.SPEAKER)
    suspend(speaker)
    again = person().connect(handmade(space.audio_room, str(speaker.pk), can_publish=True))
    reconcile_watched(now=at(1))
    wait_until(again.is_out, "they are out again", SECONDS)
    assert in_room(space) == {str(host.pk)}
