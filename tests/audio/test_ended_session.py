"""A session ends on another device: its sound ends with it, and its place is kept for whoever is still signed in."""

import pytest

from accounts.signals import sessions_ended
from rooms.models import Participation
from tests.plugins.service import wait_until

pytestmark = [pytest.mark.livekit, pytest.mark.django_db(transaction=True)]


def test_the_sound_ends_and_the_place_stays(space, host, listener, enter):
    witness, _ = enter(space, host)
    ear, _ = enter(space, listener)
    sessions_ended.send(sender=None, user_id=listener.pk)
    wait_until(ear.is_out, "their sound has ended")
    assert not witness.is_out()
    assert Participation.objects.get(user=listener).is_present
