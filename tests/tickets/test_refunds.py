"""Money goes back in full and in part, by whom it may and by itself; and the room closes behind whoever was paid back."""

from datetime import timedelta

import pytest

from rooms.models import Space
from rooms.services.lifecycle import space_end, space_start_scheduled
from rooms.services.schedule import space_cancel, spaces_expire
from social.models import Notification
from tickets.errors import NothingToRefund, NotYourOffer, RefundNotFailed, RefundTooMuch
from tickets.models import LedgerTransaction, Refund, Ticket, WaitlistEntry
from tickets.selectors.earnings import statements
from tickets.services.orders import order_hold, orders_expire_due
from tickets.services.putting_out import put_out_again
from tickets.services.refunds import order_refund, refund_failed, refund_retry, refunds_run, space_refunds
from tickets.services.transfers import ticket_transfer
from tickets.services.waitlist import waitlist_join, waitlist_lapse_due

pytestmark = pytest.mark.django_db


def test_the_host_pays_a_ticket_back(till, offer, host, listener, creator, books):
    order = till.buy(offer, listener)
    refund = order_refund(order=order, by=host, note="  You\x00 asked.  ", now=till.now)
    assert (refund.state, refund.reason, refund.note, refund.amount) == (
        "requested",
        "host",
        "You asked.",
        500,
    )
    order.refresh_from_db()
    offer.refresh_from_db()
    assert (order.state, order.has_seat, offer.seats_taken) == ("paid", False, 0)
    assert Ticket.objects.get().state == "void"
    for _ in range(2):
        till.refunds()
    order.refresh_from_db()
    creator.refresh_from_db()
    assert (order.state, order.refunded_amount) == ("refunded", 500)
    assert (creator.lifetime_sales_amount, creator.tier_amounts) == (0, [0, 0])
    assert books() == {}
    # Stripe keeps its own fee: that is the product's cost.
    assert till.balances(creator) == (-44, 0)
    assert Notification.objects.filter(user=listener, event="refunded").count() == 1
    with pytest.raises(NothingToRefund):
        order_refund(order=order, by=host, now=till.now)


def test_in_parts_and_to_the_last_cent(till, offer, host, listener, creator, books):
    order = till.buy(offer, listener)
    for amount in (1, 333, 165):
        order_refund(order=order, by=host, amount=amount, now=till.now)
        assert Ticket.objects.get().state == "valid"
    with pytest.raises(RefundTooMuch):
        order_refund(order=order, by=host, amount=2, now=till.now)
    till.refunds()
    order.refresh_from_db()
    assert (order.state, order.refunded_amount) == ("paid", 499)
    (statement,) = statements(creator)
    held = books().get(f"host:{creator.pk}", 0)
    assert statement.closing == held == statement.figures.sales - 60 - statement.figures.refunded
    order_refund(order=order, by=host, amount=1, now=till.now)
    assert Ticket.objects.get().state == "void"
    till.refunds()
    assert books() == {}
    assert till.balances(creator)[1] == 0


@pytest.mark.parametrize("amount", [0, -1, 501, 10**20])
def test_more_than_was_paid_or_less_than_nothing(till, offer, host, listener, amount):
    order = till.buy(offer, listener)
    with pytest.raises(RefundTooMuch):
        order_refund(order=order, by=host, amount=amount, now=till.now)
    assert not Refund.objects.exists()


def test_who_may(till, offer, listener, outsider, staff):
    order = till.buy(offer, listener)
    for user in (listener, outsider, staff):
        with pytest.raises(NotYourOffer):
            order_refund(order=order, by=user, now=till.now)
    refund = order_refund(order=order, by=staff, now=till.now, as_staff=True)
    assert (refund.reason, refund.requested_by) == ("staff", staff)


def test_what_is_not_paid_is_not_paid_back(till, offer, host, listener):
    order = order_hold(offer=offer, buyer=listener, now=till.now)
    with pytest.raises(NothingToRefund):
        order_refund(order=order, by=host, now=till.now)


def test_stripe_does_not_answer_for_a_while(till, offer, host, listener, books):
    order = till.buy(offer, listener)
    order_refund(order=order, by=host, now=till.now)
    # The first is done, and its answer lost: asked again, it is the same one.
    till.stripe.faults({"how": "lost", "path": "/refunds", "times": 1})
    (refund,) = till.refunds()
    assert (refund.state, refund.tries) == ("requested", 1)
    assert refund.error
    assert refunds_run(now=till.now + timedelta(seconds=29)) == 0
    (refund,) = till.refunds(later=till.now + timedelta(seconds=30))
    assert (refund.state, refund.tries, refund.error) == ("succeeded", 2, "")
    assert books() == {}
    assert till.balances(offer.seller)[1] == 0


def test_stripe_never_answers(till, offer, host, listener, settings):
    settings.REFUND_RETRY_SECONDS = (60, 3600 * 3)
    order = till.buy(offer, listener)
    order_refund(order=order, by=host, now=till.now)
    till.stripe.faults({"how": "down", "path": "/refunds"})
    moment = till.now
    for _ in range(10):
        refund = Refund.objects.get()
        if refund.state == "failed":
            break
        moment = refund.next_try_at
        refunds_run(now=moment)
    # Before Stripe forgets the key, and a further try could pay twice.
    assert timedelta(hours=20) <= moment - till.now < timedelta(hours=23)
    till.stripe.faults()
    refund_retry(refund=refund, now=moment)
    (refund,) = till.refunds(later=moment)
    assert (refund.state, refund.round) == ("succeeded", 1)
    with pytest.raises(RefundNotFailed):
        refund_retry(refund=refund, now=moment)


def test_a_refund_that_comes_back_from_the_bank(till, offer, host, listener, creator, books):
    order = till.buy(offer, listener)
    order_refund(order=order, by=host, now=till.now)
    (refund,) = till.refunds()
    till.stripe.tell("refund_fail", refund=refund.stripe_refund_id)
    for _ in range(2):
        refund_failed(refund_id=refund.pk, error="account closed", now=till.now)
    # The creator has paid their part: what came back is still the buyer's.
    assert books() == {"customer": -500, "returned": 500}
    assert till.balances(creator) == (500 - 44, 0)
    order.refresh_from_db()
    creator.refresh_from_db()
    assert (order.state, order.refunded_amount, creator.lifetime_sales_amount) == ("paid", 0, 0)
    assert Ticket.objects.get().state == "void"
    refund.refresh_from_db()
    refund_retry(refund=refund, now=till.now)
    (refund,) = till.refunds()
    assert refund.state == "succeeded"
    assert books() == {}
    assert till.balances(creator) == (-44, 0)
    assert LedgerTransaction.objects.count() == 4


def test_a_cancelled_space_is_paid_back_to_all(till, offer, host, buyers, outsider, books):
    """Tickets, one that was passed on and in part paid back, and a seat that is being paid."""
    one, two, three = buyers(3)
    offer.seats = 3
    offer.save()
    till.buy(offer, one)
    passed_on = till.buy(offer, two)
    ticket_transfer(ticket=passed_on.ticket, by=two, to=outsider.handle, now=till.now)
    order_refund(order=passed_on, by=host, amount=100, now=till.now)
    held = order_hold(offer=offer, buyer=three, now=till.now)
    space_cancel(space=offer.space, by=host, now=till.now)
    assert space_refunds(now=till.now) == 2
    assert space_refunds(now=till.now) == 0
    orders_expire_due(now=till.now)
    held.refresh_from_db()
    assert held.state == "expired"
    refunds = till.refunds()
    assert [(one.reason, one.amount, one.state) for one in refunds] == [
        ("host", 100, "succeeded"),
        ("cancelled", 500, "succeeded"),
        ("cancelled", 400, "succeeded"),
    ]
    assert books() == {}
    offer.refresh_from_db()
    assert offer.seats_taken == 0


def test_not_started_in_time(till, offer, space, listener):
    till.buy(offer, listener)
    late = space.scheduled_at + timedelta(minutes=60)
    spaces_expire(now=late)
    assert space_refunds(now=late) == 1
    (refund,) = till.refunds(later=late)
    assert (refund.reason, refund.state) == ("not_started", "succeeded")


def test_ended_by_staff_is_paid_back_and_by_the_host_is_not(
    till, offer, space, host, buyers, staff, no_audio
):
    till.buy(offer, buyers(1)[0])
    start = space.scheduled_at
    space_start_scheduled(space=space, by=host, now=start)
    Space.objects.filter(pk=space.pk).update(state="ended", end_reason="host", ended_at=start)
    assert space_refunds(now=start) == 0
    Space.objects.filter(pk=space.pk).update(state="live", end_reason="", ended_at=None)
    space_end(space=space, by=staff, now=start, reason="staff")
    assert space_refunds(now=start) == 1
    (refund,) = till.refunds(later=start)
    assert refund.reason == "ended_by_staff"


@pytest.fixture
def live(till, offer, space, host, join, no_audio):
    """The ticketed Space on air, with its host."""
    start = space.scheduled_at
    space_start_scheduled(space=space, by=host, now=start)
    join(space, host, later=start)
    space.refresh_from_db()
    return space


def test_who_is_paid_back_is_out_of_the_room(till, offer, live, host, listener, join, sent, committed):
    start = live.scheduled_at
    order = till.buy(offer, listener, later=start)
    joined = join(live, listener, later=start)
    with committed():
        order_refund(order=order, by=host, now=start)
    place = joined.participation
    place.refresh_from_db()
    assert (place.left_at, place.connection, place.removed_at) == (start, "", None)
    # Their sound is looked into every second, for as long as a token of theirs may live.
    assert place.role_since == start
    assert "space.removed" in sent.types()
    with pytest.raises(Exception, match="ticket"):
        join(live, listener, later=start)
    till.buy(offer, listener, later=start)
    join(live, listener, later=start)
    assert put_out_again(now=start) == 0


def test_who_came_in_at_the_very_moment_is_put_out_soon(till, offer, live, host, listener, outsider, join):
    start = live.scheduled_at
    order = till.buy(offer, listener, later=start)
    order_refund(order=order, by=host, now=start)
    # Their join had passed the gates before.
    inside = live.participations.create(user=listener, joined_at=start)
    stays = live.participations.create(user=outsider, joined_at=start)
    assert put_out_again(now=start + timedelta(seconds=2)) == 1
    inside.refresh_from_db()
    stays.refresh_from_db()
    assert inside.left_at is not None
    assert stays.left_at is None
    assert put_out_again(now=start + timedelta(seconds=4)) == 0


def test_a_speaker_who_is_paid_back_stays_on_stage(till, offer, live, host, listener, join, committed):
    start = live.scheduled_at
    order = till.buy(offer, listener, later=start)
    place = join(live, listener, later=start).participation
    place.role = "speaker"
    place.save()
    with committed():
        order_refund(order=order, by=host, now=start)
    place.refresh_from_db()
    assert place.left_at is None
    assert put_out_again(now=start) == 0


def test_the_seat_of_who_is_paid_back_is_offered_to_the_next(till, offer, host, buyers):
    one, two, three = buyers(3)
    order = till.buy(offer, one)
    till.buy(offer, two)
    waitlist_join(offer=offer, user=three, now=till.now)
    order_refund(order=order, by=host, now=till.now)
    assert WaitlistEntry.objects.get().state == "offered"
    assert till.buy(offer, three).state == "paid"
    assert waitlist_lapse_due(now=till.now + timedelta(hours=2)) == 0
