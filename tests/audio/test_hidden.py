"""Staff listen hidden: they hear, nobody sees or counts them, and they are out with the right to it."""

import pytest

from accounts.models import User
from moderation.models import AuditEntry
from rooms import presence
from rooms.audio import sfu
from rooms.demo.sound import NoSound
from rooms.models import Participation
from rooms.services.audio import audio_connected, participant_check
from rooms.services.hidden import space_listen_hidden
from rooms.services.reconcile import reconcile_live_spaces
from tests.plugins.service import wait_until

pytestmark = [pytest.mark.livekit]


@pytest.fixture
def hidden(person, staff, now):
    """`hidden(space)` is a member of staff with an ear in it."""
    return lambda space: person().connect(space_listen_hidden(space=space, by=staff, now=now).token)


@pytest.mark.slow
def test_they_hear_and_nobody_sees_them(space, host, staff, enter, hidden, words, at):
    mouth, connection = enter(space, host)
    ear = hidden(space)
    audio_connected(space=space, user=host, connection=connection)
    mouth.speak(words)
    assert abs(ear.hear(1)).max() > 1000
    assert mouth.sound.announced == set()
    found = sfu.participant(space.audio_room, f"staff-{staff.pk}")
    assert (found.hidden, found.may_publish) == (True, False)
    with pytest.raises(NoSound):
        ear.speak(words, timeout=3)


def test_rounds_leave_them_and_count_nobody(space, host, staff, enter, hidden, at):
    enter(space, host)
    ear = hidden(space)
    for seconds in range(0, 12, 3):
        reconcile_live_spaces(now=at(seconds))
    participant_check(room=space.audio_room, identity=f"staff-{staff.pk}")
    assert not ear.is_out()
    assert presence.listener_counts([space.pk]) == {space.pk: 0}
    assert not Participation.objects.filter(user=staff).exists()
    assert AuditEntry.objects.get().act == "space.listen_hidden"


def test_without_the_right_they_are_out(space, staff, hidden, at):
    ear = hidden(space)
    User.objects.filter(pk=staff.pk).update(is_staff=False)
    reconcile_live_spaces(now=at(3))
    wait_until(ear.is_out, "the hidden listener is sent home")


def test_others_cannot_be_hidden_listeners(space, listener, person, handmade, at):
    stranger = person().connect(handmade(space.audio_room, f"staff-{listener.pk}"))
    odd = person().connect(handmade(space.audio_room, "staff-"))
    reconcile_live_spaces(now=at(3))
    wait_until(lambda: stranger.is_out() and odd.is_out(), "they are sent home")


def test_one_who_could_be_heard_is_out(space, staff, hidden, at):
    ear = hidden(space)
    sfu.set_rights(space.audio_room, f"staff-{staff.pk}", may_publish=True)
    reconcile_live_spaces(now=at(3))
    wait_until(ear.is_out, "the hidden listener is sent home")
