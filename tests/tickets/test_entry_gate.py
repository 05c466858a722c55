"""Who gets into a ticketed Space, and who hears its replay."""

import pytest
from django.contrib.auth.models import AnonymousUser

from rooms.gates import pass_gates
from rooms.models import Invitation, Participation, Role
from tests.rooms.announced import on_air
from tests.tickets.makers import sold
from tickets.errors import ReplayNotIncluded, TicketRequired
from tickets.gates import must_hold_replay_ticket, must_hold_ticket
from tickets.models import OfferGuest

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(space, offer, now):
    """The ticketed Space, on air."""
    return on_air(space, now)


def test_who_gets_in(live, offer, host, cohost, speaker, listener, outsider, buyers, now):
    friend, invited, refunded = buyers(3)
    sold(offer, listener, now)
    sold(offer, refunded, now, state="void", void_at=now)
    OfferGuest.objects.create(offer=offer, user=friend)
    Invitation.objects.create(space=live, user=invited, by=host)
    stage = Participation.objects.create(space=live, user=speaker, role=Role.SPEAKER)
    helping = Participation.objects.create(space=live, user=cohost, role=Role.COHOST)
    for user, participation in [
        (host, None),
        (cohost, helping),
        (speaker, stage),
        (listener, None),
        (friend, None),
        (invited, None),
    ]:
        assert must_hold_ticket(live, user, participation) is None, user
    stage.role = Role.LISTENER
    for user, participation in [
        (outsider, None),
        (refunded, None),
        (speaker, stage),
        (AnonymousUser(), None),
    ]:
        assert isinstance(must_hold_ticket(live, user, participation), TicketRequired), user


def test_the_gate_is_asked_at_the_door_and_says_what_can_be_bought(live, offer, listener, api):
    with pytest.raises(TicketRequired):
        pass_gates(live, listener, None)
    answer = api(listener).post(f"/api/v1/spaces/{live.pk}/join/")
    assert answer.status_code == 402
    body = answer.json()
    assert body["code"] == "ticket.required"
    assert body["ticket"]["amount"] == 500
    assert body["ticket"]["price"] == "$5.00"
    assert body["ticket"]["seats_left"] == 2


def test_a_free_space_costs_one_query(space, listener, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert must_hold_ticket(space, listener, None) is None


def test_the_replay(live, offer, host, listener, outsider, speaker, now):
    sold(offer, listener, now)
    Participation.objects.create(space=live, user=speaker, role=Role.SPEAKER)
    for user in (host, listener, speaker):
        assert must_hold_replay_ticket(live, user) is None
    for user in (outsider, AnonymousUser()):
        assert isinstance(must_hold_replay_ticket(live, user), TicketRequired)
    offer.includes_replay = False
    offer.save()
    for user in (host, speaker):
        assert must_hold_replay_ticket(live, user) is None
    for user in (outsider, listener):
        assert isinstance(must_hold_replay_ticket(live, user), ReplayNotIncluded)
