"""Who waits longest is offered the seat that is freed, for a while; then it goes on."""

from datetime import timedelta

import pytest

from social.models import Notification
from tests.rooms.announced import closed, on_air
from tickets.errors import AlreadyYours, SeatsFree, SoldOut
from tickets.models import Order, WaitlistEntry
from tickets.selectors.offers import queue_position
from tickets.services.orders import order_expire, order_hold, orders_expire_due
from tickets.services.waitlist import waitlist_join, waitlist_lapse_due, waitlist_leave

pytestmark = pytest.mark.django_db


@pytest.fixture
def full(till, offer, buyers):
    """Both seats are gone, one of them still being paid; and three who want one."""
    one, two, *others = buyers(5)
    till.buy(offer, one)
    held = order_hold(offer=offer, buyer=two, now=till.now)
    return held, others


def positions(offer, people) -> list[int | None]:
    return [queue_position(offer, person) for person in people]


def test_the_line(till, offer, full, outsider):
    _, people = full
    for minute, person in enumerate(people):
        waitlist_join(offer=offer, user=person, now=till.now + timedelta(minutes=minute))
    waitlist_join(offer=offer, user=people[0], now=till.now + timedelta(hours=1))
    assert positions(offer, [*people, outsider]) == [1, 2, 3, None]
    assert waitlist_leave(offer=offer, user=people[1], now=till.now)
    assert not waitlist_leave(offer=offer, user=people[1], now=till.now)
    assert positions(offer, people) == [1, None, 2]


def test_a_freed_seat_goes_down_the_line(till, offer, full):
    held, people = full
    for person in people:
        waitlist_join(offer=offer, user=person, now=till.now)
    order_expire(order_id=held.pk, now=till.now)
    assert positions(offer, people) == [0, 1, 2]
    first = WaitlistEntry.objects.get(user=people[0])
    assert first.offer_until == till.now + timedelta(minutes=60)
    told = Notification.objects.get(user=people[0], event="seat_offered")
    assert "“Morning voices”" in told.data["line"]
    # Kept means kept: nobody else gets it, neither who is next nor who comes along.
    for person in (people[1], held.buyer):
        with pytest.raises(SoldOut):
            order_hold(offer=offer, buyer=person, now=till.now)
    later = first.offer_until
    assert waitlist_lapse_due(now=later - timedelta(seconds=1)) == 0
    assert waitlist_lapse_due(now=later) == 1
    assert positions(offer, people) == [None, 0, 1]
    # Too late for the first, in time for the second, who lets the hold run out: the third.
    with pytest.raises(SoldOut):
        order_hold(offer=offer, buyer=people[0], now=later)
    taken = order_hold(offer=offer, buyer=people[1], now=later)
    assert positions(offer, people) == [None, None, 1]
    orders_expire_due(now=taken.held_until)
    assert positions(offer, people) == [None, None, 0]
    assert till.buy(offer, people[2], later=taken.held_until).state == "paid"
    offer.refresh_from_db()
    assert offer.seats_taken == 2 == Order.objects.filter(has_seat=True).count()


def test_who_leaves_with_a_seat_kept_gives_it_on(till, offer, full):
    held, people = full
    for person in people[:2]:
        waitlist_join(offer=offer, user=person, now=till.now)
    order_expire(order_id=held.pk, now=till.now)
    waitlist_leave(offer=offer, user=people[0], now=till.now)
    assert positions(offer, people[:2]) == [None, 0]
    waitlist_leave(offer=offer, user=people[1], now=till.now)
    offer.refresh_from_db()
    assert offer.seats_left == 1
    with pytest.raises(SeatsFree):
        waitlist_join(offer=offer, user=people[2], now=till.now)


def test_near_the_start_and_on_air_there_is_less_time(till, offer, space, full):
    held, people = full
    waitlist_join(offer=offer, user=people[0], now=till.now)
    near = space.scheduled_at - timedelta(minutes=20)
    order_expire(order_id=held.pk, now=near)
    assert WaitlistEntry.objects.get().offer_until == space.scheduled_at
    waitlist_join(offer=offer, user=people[1], now=near)
    on_air(space, space.scheduled_at)
    waitlist_lapse_due(now=space.scheduled_at)
    second = WaitlistEntry.objects.get(user=people[1])
    assert second.offer_until == space.scheduled_at + timedelta(minutes=5)


def test_nobody_waits_for_what_is_over(till, offer, space, full):
    held, people = full
    for person in people:
        waitlist_join(offer=offer, user=person, now=till.now)
    order_expire(order_id=held.pk, now=till.now)
    closed(space, "cancelled", till.now)
    assert waitlist_lapse_due(now=till.now) == 3
    offer.refresh_from_db()
    assert offer.seats_taken == 1


def test_who_has_a_ticket_does_not_wait(till, offer, full):
    with pytest.raises(AlreadyYours):
        waitlist_join(offer=offer, user=Order.objects.get(state="paid").buyer, now=till.now)
