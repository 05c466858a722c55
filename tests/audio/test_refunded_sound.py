"""A ticket is paid back during a live Space, in the real audio server: nothing of its holder's sound is left within two
seconds.

The server sends no webhooks here.
"""

import pytest

from rooms.audio import sfu
from rooms.services.reconcile import reconcile_watched
from tests.plugins.service import wait_until
from tests.tickets.makers import CreatorFactory, offered, sold
from tickets.services.refunds import order_refund

pytestmark = [pytest.mark.livekit]

SECONDS = 2


def test_who_is_paid_back_is_out_and_no_token_helps(
    space, host, listener, outsider, enter, person, handmade, now, at
):
    CreatorFactory(user=host)
    offer = offered(space)
    order = sold(offer, listener, now).order
    sold(offer, outsider, now)
    enter(space, host)
    ear, _ = enter(space, listener)
    other, _ = enter(space, outsider)
    order_refund(order=order, by=host, now=now)
    wait_until(ear.is_out, "they are out", SECONDS)
    again = person().connect(handmade(space.audio_room, str(listener.pk)))
    reconcile_watched(now=at(1))
    wait_until(again.is_out, "they are out again", SECONDS)
    assert {one.identity for one in sfu.participants(space.audio_room)} == {str(host.pk), str(outsider.pk)}
    assert not other.is_out()
