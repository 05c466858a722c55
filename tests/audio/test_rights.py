"""Who is heard: rights come from the database, by each of the three ways, and reach nobody else."""

from datetime import timedelta

import pytest
from livekit import api

from rooms.audio import sfu
from rooms.demo.sound import NoSound
from rooms.errors import Superseded
from rooms.models import Participation, Role
from rooms.services.audio import audio_connected, participant_check
from rooms.services.joining import space_join, space_leave
from rooms.services.reconcile import reconcile_live_spaces
from tests.audio.likeness import likeness_to_loop
from tests.plugins.service import wait_until

pytestmark = [pytest.mark.livekit]


def _found(space, user):
    return sfu.participant(space.audio_room, str(user.pk))


def _promote(space, user, role=Role.SPEAKER):
    Participation.objects.filter(space=space, user=user).update(role=role)


@pytest.mark.slow
def test_what_the_host_says_the_listener_hears(space, host, listener, enter, words):
    ear, _ = enter(space, listener)
    mouth, connection = enter(space, host)
    assert audio_connected(space=space, user=host, connection=connection) is True
    mouth.speak(words)

    assert likeness_to_loop(words, ear.hear(3)) > 0.8


@pytest.mark.slow
def test_a_listener_cannot_publish_even_when_trying(space, host, listener, enter, words):
    witness, _ = enter(space, host)
    mouth, connection = enter(space, listener)
    assert audio_connected(space=space, user=listener, connection=connection) is False

    with pytest.raises(NoSound):
        mouth.speak(words, timeout=4)
    assert _found(space, listener).may_publish is False
    assert witness.sound.announced == set()


def test_the_host_may_publish_once_the_client_says_that_it_is_connected(space, host, enter):
    mouth, connection = enter(space, host)
    assert (_found(space, host).may_publish, _found(space, host).hidden) == (False, True)

    audio_connected(space=space, user=host, connection=connection)
    assert (_found(space, host).may_publish, _found(space, host).hidden) == (True, False)
    wait_until(lambda: mouth.sound.may_publish, "the client is told")


def test_the_host_may_publish_after_a_hint(space, host, enter):
    enter(space, host)
    participant_check(room=space.audio_room, identity=str(host.pk))
    assert (_found(space, host).may_publish, _found(space, host).hidden) == (True, False)


def test_the_host_may_publish_after_a_round_of_reconciliation_alone(space, host, enter, at):
    enter(space, host)
    reconcile_live_spaces(now=at(1))
    assert (_found(space, host).may_publish, _found(space, host).hidden) == (True, False)


def test_the_right_is_the_microphone_and_not_data_or_video(space, host, enter, background, livekit_server):
    _, connection = enter(space, host)
    audio_connected(space=space, user=host, connection=connection)

    async def permission():
        async with api.LiveKitAPI(livekit_server.url, livekit_server.key, livekit_server.secret) as lk:
            who = api.RoomParticipantIdentity(room=space.audio_room, identity=str(host.pk))
            return (await lk.room.get_participant(who)).permission

    given = background.run(permission())
    assert list(given.can_publish_sources) == [api.TrackSource.MICROPHONE]
    assert (given.can_publish, given.can_subscribe) == (True, True)
    assert (given.can_publish_data, given.can_update_metadata) == (False, False)


def test_hidden_listeners_are_announced_to_nobody(space, host, listener, outsider, enter, background):
    first, _ = enter(space, listener)
    mouth, connection = enter(space, host)
    enter(space, outsider)
    audio_connected(space=space, user=host, connection=connection)

    # The host's coming on stage is told; it came after everybody else's, so theirs would have been told by now.
    wait_until(lambda: first.sound.announced, "the listener is told of the host")
    assert first.sound.announced == {str(host.pk)}
    assert mouth.sound.announced == set()
    assert len(sfu.participants(space.audio_room)) == 3


def test_a_listener_who_is_promoted_may_publish_after_one_round(space, listener, enter, at):
    enter(space, listener)
    reconcile_live_spaces(now=at(1))
    assert _found(space, listener).may_publish is False

    _promote(space, listener)
    reconcile_live_spaces(now=at(2))
    assert (_found(space, listener).may_publish, _found(space, listener).hidden) == (True, False)


@pytest.mark.slow
def test_a_demoted_speaker_is_silent_and_the_others_are_told(space, host, listener, enter, words, at):
    ear, _ = enter(space, listener)
    mouth, connection = enter(space, host)
    audio_connected(space=space, user=host, connection=connection)
    mouth.speak(words)
    ear.hear(0.5)

    _promote(space, host, Role.LISTENER)
    reconcile_live_spaces(now=at(1))
    assert (_found(space, host).may_publish, _found(space, host).hidden) == (False, False)
    wait_until(lambda: ear.sound.tracks == 0, "the listener is told that the track ended")


def test_a_stranger_with_a_valid_token_is_thrown_out(space, outsider, person, handmade, at):
    """Somebody who holds our secret, or an old token, but has no place in the Space."""
    stranger = person().connect(handmade(space.audio_room, str(outsider.pk), can_publish=True))
    nameless = person().connect(handmade(space.audio_room, "not-an-id", hidden=True))

    reconcile_live_spaces(now=at(1))
    wait_until(stranger.is_out, "the stranger is out")
    wait_until(nameless.is_out, "the nameless one is out")
    assert sfu.participants(space.audio_room) == []


def test_publish_rights_from_a_handmade_token_are_taken_away(space, listener, enter, person, handmade, at):
    """The same listener, but with a token that says more than the database does."""
    space_join(space=space, user=listener, now=at(0))
    person().connect(handmade(space.audio_room, str(listener.pk), can_publish=True, can_publish_data=True))
    assert _found(space, listener).may_publish is True

    reconcile_live_spaces(now=at(1))
    assert _found(space, listener).may_publish is False


def test_a_removed_person_is_thrown_out_and_no_token_lets_them_stay(space, listener, enter, person, now, at):
    first, _ = enter(space, listener)
    token = space_join(space=space, user=listener, now=now).audio.token
    Participation.objects.filter(space=space, user=listener).update(removed_at=now)

    reconcile_live_spaces(now=at(1))
    wait_until(first.is_out, "the removed person is out")
    again = person().connect(token)
    reconcile_live_spaces(now=at(2))
    wait_until(again.is_out, "the removed person is out again")
    assert sfu.participants(space.audio_room) == []


def test_whoever_left_does_not_listen_on(space, listener, enter, at):
    ear, _ = enter(space, listener)
    space_leave(space=space, user=listener, now=at(1))
    reconcile_live_spaces(now=at(2))
    wait_until(ear.is_out, "who left is out")


def test_the_newer_connection_of_an_account_replaces_the_older(space, listener, enter):
    older, connection = enter(space, listener)
    newer, _ = enter(space, listener)

    wait_until(older.is_out, "the older connection is out")
    assert not newer.is_out()
    with pytest.raises(Superseded):
        audio_connected(space=space, user=listener, connection=connection)


def test_an_agent_is_left_alone(space, host, person, livekit_server, background, at):
    """Captions and recording come in as agents, which have no place in the database."""
    token = (
        api.AccessToken(livekit_server.key, livekit_server.secret).with_identity("agent-1").with_kind("agent")
    )
    grants = api.VideoGrants(room_join=True, room=space.audio_room, agent=True, hidden=True)
    agent = person().connect(token.with_grants(grants).with_ttl(timedelta(seconds=60)).to_jwt())

    reconcile_live_spaces(now=at(1))
    [found] = sfu.participants(space.audio_room)
    assert (found.identity, found.is_agent, agent.is_out()) == ("agent-1", True, False)
