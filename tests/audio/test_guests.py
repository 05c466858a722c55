"""Guests hear, are seen by nobody, and stay as long as the host lets them."""

import pytest
from django.contrib.auth.models import AnonymousUser

from rooms import guests, presence
from rooms.audio import sfu
from rooms.demo.sound import NoSound
from rooms.models import Space
from rooms.services.audio import audio_connected, participant_check
from rooms.services.guests import guest_join, guest_leave
from rooms.services.reconcile import reconcile_live_spaces
from tests.plugins.service import wait_until

pytestmark = [pytest.mark.livekit]


@pytest.fixture
def open_space(space):
    """The Space, with guests allowed."""
    Space.objects.filter(pk=space.pk).update(guests_allowed=True)
    space.refresh_from_db()
    return space


@pytest.fixture
def guest_in(person, now):
    """`guest_in(space, "a")` joins as the guest of browser "a" and connects; gives the ear and the join."""

    def entered(space, browser="a"):
        key = guests.key_for(space.pk, browser)
        joined = guest_join(space=space, user=AnonymousUser(), guest_key=key, now=now)
        return person().connect(joined.audio.token), joined

    return entered


@pytest.mark.slow
def test_a_guest_hears_the_host_and_is_seen_by_nobody(open_space, host, enter, guest_in, person, words, at):
    mouth, connection = enter(open_space, host)
    ear, joined = guest_in(open_space)
    audio_connected(space=open_space, user=host, connection=connection)
    mouth.speak(words)
    # How like it is: tests/audio/test_rights.py.
    assert abs(ear.hear(1)).max() > 1000
    assert mouth.sound.announced == set()
    found = sfu.participant(open_space.audio_room, f"guest-{joined.key}")
    assert (found.hidden, found.may_publish) == (True, False)


@pytest.mark.slow
def test_a_guest_cannot_speak(open_space, guest_in, words):
    ear, _ = guest_in(open_space)
    with pytest.raises(NoSound):
        ear.speak(words, timeout=3)


def test_rounds_keep_a_guest_there_without_a_socket(open_space, guest_in, at):
    ear, joined = guest_in(open_space)
    for seconds in range(0, 60, 3):
        reconcile_live_spaces(now=at(seconds))
    participant_check(room=open_space.audio_room, identity=f"guest-{joined.key}")
    assert presence.is_seen(open_space.pk, guests.member_of(joined.key), at(60))
    assert not ear.is_out()


def test_switched_off_all_guests_are_out_within_a_round(open_space, listener, enter, guest_in, at):
    member, _ = enter(open_space, listener)
    ears = [guest_in(open_space, browser)[0] for browser in "abc"]
    Space.objects.update(guests_allowed=False)
    reconcile_live_spaces(now=at(3))
    wait_until(lambda: all(ear.is_out() for ear in ears), "the guests are sent home")
    assert not member.is_out()


def test_a_token_of_before_opens_nothing_when_guests_are_switched_off(open_space, guest_in, person):
    _, joined = guest_in(open_space)
    Space.objects.update(guests_allowed=False)
    again = person().connect(joined.audio.token)
    # What the webhook's hint leads to.
    participant_check(room=open_space.audio_room, identity=f"guest-{joined.key}")
    wait_until(again.is_out, "the guest is sent home")


def test_a_guest_whom_we_do_not_know_is_thrown_out(open_space, person, handmade, at):
    strangers = [
        person().connect(handmade(open_space.audio_room, identity))
        for identity in ("guest-", "guest-0123456789abcdef", f"guest-{'0' * 48}")
    ]
    reconcile_live_spaces(now=at(3))
    wait_until(lambda: all(one.is_out() for one in strangers), "the strangers are sent home")


def test_who_leaves_is_out(open_space, guest_in, at):
    ear, joined = guest_in(open_space)
    guest_leave(space=open_space, token=joined.token, now=at(1))
    wait_until(ear.is_out, "the guest is sent home")
    assert not presence.is_seen(open_space.pk, guests.member_of(joined.key), at(1))
