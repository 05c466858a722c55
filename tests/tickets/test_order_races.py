"""Crowds that want the last seats, and what comes at the same moment; on PostgreSQL, in real threads, there is one outcome."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from accounts.models import User
from spaces_project.lib.errors import SpacesError
from tests.rooms.racing import at_once
from tickets.errors import SoldOut
from tickets.models import LedgerTransaction, Offer, Order, Ticket, WaitlistEntry
from tickets.selectors.offers import offer_of
from tickets.services import locks, orders
from tickets.services.orders import order_checkout, order_expire, order_paid, seat_hold
from tickets.services.refunds import order_refund
from tickets.services.transfers import ticket_transfer
from tickets.services.waitlist import waitlist_join, waitlist_leave

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("payments", "no_audio"),
]

# So many connections serve the crowd, as the processes of a site do.
CONNECTIONS = 16


@pytest.fixture
def payments(settings: Any) -> None:
    """Payments are set up; nobody here comes as far as Stripe. Everybody comes from one address."""
    settings.STRIPE_API_KEY = "sk_test_1"
    settings.LIMITS = settings.LIMITS | {
        name: settings.LIMITS[name]._replace(address=None, account=None, new_account=None)
        for name in ("ticket.hold", "ticket.wait", "ticket.transfer")
    }


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Threads with a connection each, which they keep."""
    with ThreadPoolExecutor(CONNECTIONS) as made:
        yield made
        closing = threading.Barrier(CONNECTIONS)

        def close(_: int) -> None:
            closing.wait(20)
            connection.close()

        list(made.map(close, range(CONNECTIONS)))


def rush(pool: ThreadPoolExecutor, offer: Offer, crowd: Iterable[User], now: Any) -> Counter[str]:
    """Everybody wants a seat: how many got one, and how many were told what."""

    def want(buyer: User) -> str:
        try:
            return seat_hold(offer=offer, buyer=buyer, now=now).state
        except SpacesError as refusal:
            return refusal.code

    return Counter(pool.map(want, crowd))


def grab(pool: ThreadPoolExecutor, offer: Offer, crowd: Iterable[User], now: Any) -> int:
    """The same, and nothing but the step in which the seats are counted: how many got one."""

    def want(buyer: User) -> bool:
        order = Order(offer=offer, buyer=buyer, held_at=now, held_until=now, amount=500, currency="usd")
        return orders.seat_ordered(order, now=now)

    return sum(pool.map(want, crowd))


def again(offer: Offer) -> Offer:
    """As if nobody had come yet."""
    Order.objects.all().delete()
    Offer.objects.filter(pk=offer.pk).update(seats_taken=0)
    found = offer_of(offer.space_id)
    assert found is not None
    return found


def held(offer: Offer) -> int:
    return Order.objects.filter(offer=offer, has_seat=True).count()


def test_two_hundred_want_one_seat_fifty_times(pool, offer, buyers, now):
    crowd = buyers(200)
    Offer.objects.update(seats=1)
    for _ in range(50):
        offer = again(offer)
        assert grab(pool, offer, crowd, now) == 1
        offer.refresh_from_db()
        assert offer.seats_taken == held(offer) == 1
    assert rush(pool, again(offer), crowd, now) == {"held": 1, "ticket.sold_out": 199}


def test_five_hundred_want_a_hundred_seats(pool, offer, buyers, now):
    Offer.objects.update(seats=100)
    offer = again(offer)
    assert rush(pool, offer, buyers(500), now) == {"held": 100, "ticket.sold_out": 400}
    offer.refresh_from_db()
    assert offer.seats_taken == held(offer) == 100


def careless(order: Order, *, now: Any) -> bool:
    """What `seat_ordered` would be without its condition in the statement: look, think, write."""
    offer = Offer.objects.get(pk=order.offer_id)
    if offer.seats_taken >= offer.seats:
        return False
    offer.seats_taken += 1
    offer.save(update_fields=["seats_taken"])
    order.save(force_insert=True)
    return True


def test_without_the_condition_in_the_statement_a_seat_is_sold_twice(pool, offer, buyers, now, monkeypatch):
    """The constraint on the row does not help: everybody writes the same number."""
    crowd = buyers(CONNECTIONS * 2)
    Offer.objects.update(seats=1)
    monkeypatch.setattr(orders, "seat_ordered", careless)
    for _ in range(50):
        offer = again(offer)
        grab(pool, offer, crowd, now)
        if held(offer) > 1:
            offer.refresh_from_db()
            assert offer.seats_taken == 1
            return
    pytest.fail("never sold twice, even without the condition")


def test_one_person_in_many_tabs_holds_one_seat(offer, listener, now):
    offer = offer_of(offer.space_id)
    results = at_once(*[lambda: seat_hold(offer=offer, buyer=listener, now=now)] * 8)
    assert len({order.pk for order in results}) == 1
    offer.refresh_from_db()
    assert offer.seats_taken == 1


@pytest.fixture
def order(offer: Offer, listener: User, now: Any, monkeypatch: pytest.MonkeyPatch) -> Order:
    """A held and priced order, as it is when its buyer stands at the till."""
    monkeypatch.setattr(orders, "checkout_make", lambda order: order)
    found = offer_of(offer.space_id)
    assert found is not None
    return order_checkout(order=seat_hold(offer=found, buyer=listener, now=now), now=now)


@pytest.fixture
def pay(order: Order, now: Any) -> Callable[[], Order]:
    """Somebody says that it was paid."""
    facts = {"payment_intent_id": "pi_1", "amount": 500, "currency": "usd", "now": now}
    return lambda: order_paid(order_id=order.pk, **facts)


def test_told_from_eight_sides_it_is_paid_once(order, pay, offer, creator):
    results = at_once(*[pay] * 8)
    assert {result.state for result in results} == {"paid"}
    assert Ticket.objects.count() == LedgerTransaction.objects.count() == 1
    creator.refresh_from_db()
    assert (creator.lifetime_sales_amount, creator.tier_amounts) == (500, [500, 0])


def test_without_the_lock_of_the_creator_a_payment_would_count_twice(order, pay, creator, monkeypatch):
    """What `locked_creator` is for: several see the order held."""
    monkeypatch.setattr(locks, "_for_update", lambda rows: rows)
    for _ in range(30):
        results = at_once(*[pay] * 8)
        if any(not isinstance(result, Order) for result in results):
            # What is left of order is that of the constraints: no second ticket.
            assert Ticket.objects.count() <= 1
            return
        Ticket.objects.all().delete()
        Order.objects.update(state="held", has_seat=True, paid_at=None)
    pytest.fail("never two at once, even without the lock")


def test_a_payment_and_the_end_of_its_hold(order, pay, offer, now):
    """Whichever is first, the money has a seat, and the seat one owner."""
    for _ in range(5):
        at_once(pay, lambda: order_expire(order_id=order.pk, now=now), pay)
        order.refresh_from_db()
        offer.refresh_from_db()
        assert (order.state, order.has_seat, offer.seats_taken) == ("paid", True, 1)


def test_a_payment_and_two_ways_back(order, pay, offer, host, listener, outsider, now):
    """It is paid back once, whoever holds the ticket in that moment, and its seat is free."""
    pay()
    ticket = Ticket.objects.select_related("offer").get()
    at_once(
        lambda: order_refund(order=order, by=host, now=now),
        lambda: order_refund(order=order, by=host, now=now),
        lambda: ticket_transfer(ticket=ticket, by=listener, to=outsider.handle, now=now),
    )
    ticket.refresh_from_db()
    offer.refresh_from_db()
    assert (ticket.state, offer.seats_taken, order.refunds.count()) == ("void", 0, 1)


def test_the_last_seat_becomes_free_while_somebody_joins_the_line(order, offer, buyers, now):
    """Either they are told that there are seats, or one is kept for them: nobody waits beside a free seat."""
    Offer.objects.update(seats=1)
    offer = offer_of(offer.space_id)
    (person,) = buyers(1)
    for _ in range(10):
        at_once(
            lambda: waitlist_join(offer=offer, user=person, now=now),
            lambda: order_expire(order_id=order.pk, now=now),
        )
        offer.refresh_from_db()
        entry = WaitlistEntry.objects.filter(state__in=["waiting", "offered"]).first()
        assert (offer.seats_taken, entry.state if entry else None) in ((0, None), (1, "offered"))
        waitlist_leave(offer=offer, user=person, now=now)
        Order.objects.filter(pk=order.pk).update(state="held", has_seat=True)
        Offer.objects.update(seats_taken=F("seats_taken") + 1)


def test_seats_are_handed_down_a_crowded_line(offer, buyers, now):
    """Holds run out and people leave the line at the same moment: every seat has one owner at the end."""
    Offer.objects.update(seats=4)
    offer = offer_of(offer.space_id)
    crowd = buyers(12)
    made = [seat_hold(offer=offer, buyer=buyer, now=now) for buyer in crowd[:4]]
    for buyer in crowd[4:]:
        waitlist_join(offer=offer, user=buyer, now=now)
    at_once(
        *[lambda one=one: order_expire(order_id=one.pk, now=now) for one in made],
        *[lambda one=one: waitlist_leave(offer=offer, user=one, now=now) for one in crowd[4:8]],
    )
    offer.refresh_from_db()
    offered = set(WaitlistEntry.objects.filter(state="offered").values_list("user_id", flat=True))
    assert offer.seats_taken == len(offered) == 4
    assert offered == {buyer.pk for buyer in crowd[8:]}
    with pytest.raises(SoldOut):
        seat_hold(offer=offer, buyer=crowd[0], now=now)
