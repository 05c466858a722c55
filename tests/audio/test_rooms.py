"""LiveKit's rooms are what the database says, whatever happens to LiveKit."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from rooms import presence
from rooms.audio import sfu
from rooms.demo.sound import NoSound
from rooms.errors import SpaceEnded
from rooms.models import Participation, Space
from rooms.services.audio import audio_connected, participant_check
from rooms.services.joining import space_join
from rooms.services.lifecycle import space_end
from rooms.services.reconcile import reconcile_live_spaces
from rooms.services.stage import mic_set
from spaces_project.lib.redis_client import redis_client
from tests.audio.likeness import likeness_to_loop
from tests.plugins.service import wait_until

pytestmark = [pytest.mark.livekit]


def test_a_space_that_starts_has_its_room(space):
    assert space.audio_room in sfu.room_names()


def test_a_space_that_ends_sends_everybody_home_and_its_room_is_gone(
    space, host, listener, enter, person, at
):
    ear, _ = enter(space, listener)
    token = space_join(space=space, user=listener, now=at(0)).audio.token
    space_end(space=space, by=host, now=at(1))

    wait_until(ear.is_out, "the listener is sent home")
    assert space.audio_room not in sfu.room_names()
    with pytest.raises(NoSound):
        person().connect(token)
    with pytest.raises(SpaceEnded):
        space_join(space=space, user=listener, now=at(2))
    assert space.audio_room not in sfu.room_names()


def test_a_room_that_survived_its_space_is_deleted_within_a_round(space, host, listener, enter, at):
    """The end of the Space did not reach LiveKit."""
    ear, _ = enter(space, listener)
    Space.objects.filter(pk=space.pk).update(state="ended", ended_at=at(1), end_reason="host")

    reconcile_live_spaces(now=at(2))
    wait_until(ear.is_out, "the listener is sent home")
    assert space.audio_room not in sfu.room_names()


def test_a_hint_about_a_room_without_a_space_deletes_it(space, listener, enter, at):
    ear, _ = enter(space, listener)
    Space.objects.filter(pk=space.pk).update(state="ended", ended_at=at(1), end_reason="host")

    participant_check(room=space.audio_room, identity=str(listener.pk))
    wait_until(ear.is_out, "the listener is sent home")


@pytest.mark.parametrize("name", ["not-a-space", "0190c2f0-0000-7000-8000-000000000000.1", "a.b.c", ""])
def test_a_hint_about_what_does_not_exist_does_nothing(space, name):
    participant_check(room=name, identity="1")
    assert space.audio_room in sfu.room_names()


def test_making_and_deleting_a_room_twice_is_doing_it_once(space):
    sfu.create_room(space.audio_room)
    assert space.audio_room in sfu.room_names()
    sfu.delete_room(space.audio_room)
    sfu.delete_room(space.audio_room)
    assert space.audio_room not in sfu.room_names()
    sfu.remove(space.audio_room, "1")
    sfu.set_rights(space.audio_room, "1", may_publish=True)
    assert sfu.participant(space.audio_room, "1") is None
    assert sfu.participants(space.audio_room) == []


@pytest.mark.slow
def test_livekit_that_lost_everything_has_it_again_after_a_round(
    space, host, listener, enter, words, livekit_server, at
):
    livekit_server.restart()
    assert sfu.room_names() == set()

    reconcile_live_spaces(now=at(1))
    assert space.audio_room in sfu.room_names()
    ear, _ = enter(space, listener)
    mouth, connection = enter(space, host)
    audio_connected(space=space, user=host, connection=connection)
    mouth.speak(words)
    assert likeness_to_loop(words, ear.hear(3)) > 0.8


@pytest.mark.slow
def test_without_livekit_everything_but_the_sound_works(
    space, start_space, host, listener, cohost, at, livekit_server, caplog
):
    with livekit_server.stopped():
        other = start_space(cohost)
        heard = space_join(space=space, user=listener, now=at(1))
        spoke = space_join(space=space, user=host, now=at(1))
        assert audio_connected(space=space, user=host, connection=spoke.participation.connection) is True
        assert mic_set(space=space, user=host, muted=False, now=at(2)).muted is False
        reconcile_live_spaces(now=at(3))
        space_end(space=space, by=host, now=at(4))
        assert heard.audio is not None
        assert caplog.text.count("Audio server: ") >= 4
        assert "ERROR" not in caplog.text

    # Back again, one round puts right what it missed.
    reconcile_live_spaces(now=at(5))
    assert sfu.room_names() == {other.audio_room}
    space_end(space=other, by=cohost, now=at(6))


def test_livekit_that_is_down_is_told_apart_at_once(space, livekit_server):
    with livekit_server.stopped(), pytest.raises(sfu.AudioUnavailable, match="Connect"):
        sfu.room_names()


def test_livekit_that_hangs_is_given_up_in_time(space, livekit_server, settings):
    settings.LIVEKIT_TIMEOUT_SECONDS = 0.4
    # A client of its own, since the time-out belongs to the client.
    settings.LIVEKIT_URL = settings.LIVEKIT_URL.replace("127.0.0.1", "localhost")
    sfu.room_names()
    with livekit_server.paused():
        begun = time.monotonic()
        with pytest.raises(sfu.AudioUnavailable, match="Timeout"):
            _ask_until_silent()
        assert time.monotonic() - begun < 4


def _ask_until_silent():
    """A pause takes hold a moment after it was asked for."""
    for _ in range(1000):
        sfu.room_names()


def test_wrong_secret_is_no_crash(space, settings):
    settings.LIVEKIT_API_SECRET = "another-secret-of-32-characters-or-more"
    with pytest.raises(sfu.AudioUnavailable):
        sfu.room_names()
    reconcile_live_spaces(now=timezone.now())
    assert Space.objects.get(pk=space.pk).is_live


def test_one_broken_space_does_not_keep_the_others_from_being_put_right(
    space, start_space, cohost, at, monkeypatch, caplog
):
    from rooms.services import reconcile

    other = start_space(cohost)
    sfu.delete_room(other.audio_room)
    whole = reconcile.reconcile_audio

    def broken(*, space, exists, now):
        if space.pk != other.pk:
            raise RuntimeError("broken")
        whole(space=space, exists=exists, now=now)

    monkeypatch.setattr(reconcile, "reconcile_audio", broken)
    reconcile_live_spaces(now=at(1))
    assert other.audio_room in sfu.room_names()
    assert f"Could not reconcile {space.pk}" in caplog.text


class TestAbsence:
    """Who is gone without a goodbye, seen by LiveKit. Time is told, not waited for."""

    @pytest.fixture(autouse=True)
    def settled(self, now):
        """Presence has been kept for long enough to be believed."""
        redis_client().delete("spaces:presence:since")
        presence.touch("a-space-of-the-past", [1], now - timedelta(hours=1))

    def test_whoever_is_connected_to_livekit_is_here_without_a_socket(self, space, listener, enter, at):
        enter(space, listener)
        for seconds in range(0, 90, 15):
            reconcile_live_spaces(now=at(seconds))
        assert Participation.objects.get(space=space, user=listener).is_present

    def test_whoever_neither_socket_nor_livekit_shows_has_left(self, space, listener, enter, at):
        ear, _ = enter(space, listener)
        reconcile_live_spaces(now=at(1))
        ear.close()
        wait_until(lambda: sfu.participants(space.audio_room) == [], "LiveKit has seen the listener go")
        reconcile_live_spaces(now=at(20))
        assert Participation.objects.get(space=space, user=listener).is_present
        reconcile_live_spaces(now=at(22))
        gone = Participation.objects.get(space=space, user=listener)
        assert gone.left_at == at(22)
        assert list(gone.attendances.values_list("left_at", flat=True)) == [at(22)]

    def test_a_host_who_drops_and_stays_away_ends_the_space_after_two_minutes(self, space, host, enter, at):
        mouth, _ = enter(space, host)
        reconcile_live_spaces(now=at(1))
        assert Space.objects.get(pk=space.pk).host_absent_since is None
        mouth.close()
        wait_until(lambda: sfu.participants(space.audio_room) == [], "LiveKit has seen the host go")

        reconcile_live_spaces(now=at(30))
        assert Space.objects.get(pk=space.pk).host_absent_since == at(30)
        reconcile_live_spaces(now=at(149))
        assert Space.objects.get(pk=space.pk).is_live
        reconcile_live_spaces(now=at(150))
        space.refresh_from_db()
        assert (space.state, space.end_reason, space.ended_at) == ("ended", "host_left", at(150))
        assert space.audio_room not in sfu.room_names()

    def test_a_host_who_comes_back_in_time_keeps_the_space(self, space, host, enter, at):
        mouth, _ = enter(space, host)
        mouth.close()
        wait_until(lambda: sfu.participants(space.audio_room) == [], "LiveKit has seen the host go")
        reconcile_live_spaces(now=at(30))
        assert Space.objects.get(pk=space.pk).host_absent_since == at(30)

        enter(space, host)
        assert Space.objects.get(pk=space.pk).host_absent_since is None
        for seconds in range(40, 300, 15):
            reconcile_live_spaces(now=at(seconds))
        assert Space.objects.get(pk=space.pk).is_live
