"""A ticket is passed on until the Space starts: to somebody who may come and has none."""

import pytest

from accounts.models import Block
from social.models import Notification
from spaces_project.lib.errors import Invalid, NotFound
from tests.rooms.announced import on_air
from tickets.errors import CannotTransfer, TicketNotFound, TransferTooLate
from tickets.models import OfferGuest, Ticket, TicketTransfer, WaitlistEntry
from tickets.selectors.tickets import ticket_of
from tickets.services.orders import order_expire, order_hold
from tickets.services.refunds import order_refund
from tickets.services.transfers import ticket_transfer
from tickets.services.waitlist import waitlist_join

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(till, offer, listener) -> Ticket:
    return till.buy(offer, listener).ticket


def test_it_lets_in_its_new_holder_alone(till, ticket, offer, listener, outsider, speaker, host):
    ticket_transfer(ticket=ticket, by=listener, to="@An_Outsider", now=till.now)
    assert ticket_of(offer.space, listener) is None
    assert ticket_of(offer.space, outsider) == ticket
    assert TicketTransfer.objects.get().from_user == listener
    assert Notification.objects.filter(user=outsider, event="given").exists()
    with pytest.raises(TicketNotFound):
        ticket_transfer(ticket=ticket, by=listener, to=speaker.handle, now=till.now)
    # Whoever passed it on may buy another; who paid gets the money, who held it hears of it.
    assert order_hold(offer=offer, buyer=listener, now=till.now)
    order_refund(order=ticket.order, by=host, now=till.now)
    till.refunds()
    assert Notification.objects.filter(user=listener, event="refunded").exists()
    assert Notification.objects.filter(user=outsider, event="void").exists()


def test_to_whom_it_cannot_go(till, ticket, offer, listener, host, outsider, buyers):
    friend, has_one, suspended = buyers(3)
    OfferGuest.objects.create(offer=offer, user=friend)
    till.buy(offer, has_one)
    type(suspended).objects.filter(pk=suspended.pk).update(is_suspended=True)
    for person in (host, friend, has_one, suspended):
        with pytest.raises(CannotTransfer):
            ticket_transfer(ticket=ticket, by=listener, to=person.handle, now=till.now)
    Block.objects.create(owner=outsider, person=listener)
    for handle in (listener.handle, outsider.handle):
        with pytest.raises(Invalid):
            ticket_transfer(ticket=ticket, by=listener, to=handle, now=till.now)
    for handle in ("nobody", "", "\x00", "x" * 5000):
        with pytest.raises(NotFound):
            ticket_transfer(ticket=ticket, by=listener, to=handle, now=till.now)
    assert ticket_of(offer.space, listener) == ticket


def test_not_after_the_start_nor_when_void(till, ticket, offer, space, listener, outsider, host):
    on_air(space, till.now)
    with pytest.raises(TransferTooLate):
        ticket_transfer(ticket=ticket, by=listener, to=outsider.handle, now=till.now)
    order_refund(order=ticket.order, by=host, now=till.now)
    with pytest.raises(TicketNotFound):
        ticket_transfer(ticket=ticket, by=listener, to=outsider.handle, now=till.now)


def test_who_is_given_one_waits_no_more(till, ticket, offer, listener, buyers):
    other, waiting, behind = buyers(3)
    held = order_hold(offer=offer, buyer=other, now=till.now)
    for person in (waiting, behind):
        waitlist_join(offer=offer, user=person, now=till.now)
    order_expire(order_id=held.pk, now=till.now)
    ticket_transfer(ticket=ticket, by=listener, to=waiting.handle, now=till.now)
    states = dict(WaitlistEntry.objects.values_list("user__handle", "state"))
    assert states == {waiting.handle: "taken", behind.handle: "offered"}
    offer.refresh_from_db()
    assert offer.seats_taken == 2
