"""Our books compared with Stripe's: every kind of planted difference is found, and nothing where there is none."""

from datetime import UTC, timedelta

import pytest

from social.models import Notification
from tests.factories import UserFactory
from tickets.models import Creator, LedgerTransaction, ReconciliationRun
from tickets.services import ledger
from tickets.services.orders import order_hold
from tickets.services.reconciliation import books_due, reconcile_day
from tickets.services.refunds import order_refund
from tickets.services.tips import tip_start

pytestmark = pytest.mark.django_db


@pytest.fixture
def day(now):
    return now.astimezone(UTC).date()


@pytest.fixture
def history(till, bought, told, creator, listener):
    """A bit of everything: a ticket, part of it paid back, a tip that is disputed and won, a payout that fails."""
    Creator.objects.update(tips_enabled=True)
    creator.refresh_from_db()
    tip = till.pay_tip(tip_start(sender=listener, to=creator, amount=1000, now=till.now))
    order_refund(order=bought, by=creator.user, amount=200, now=till.now)
    till.refunds()
    dispute = till.stripe.tell("dispute", payment_intent=tip.payment_intent_id)
    told()
    till.stripe.tell("dispute_close", dispute=dispute["id"], won=True)
    payout = till.stripe.tell("payout", account=creator.stripe_account_id)
    till.stripe.tell("payout_end", payout=payout["id"], paid=False)
    told()
    return bought, tip


def found(run):
    return {(row.kind, row.reference): (row.our_amount, row.stripe_amount) for row in run.differences.all()}


def booked(reference, transfers, now, **more):
    return ledger.post(reference=reference, transfers=transfers, currency="usd", now=now, **more)


def test_books_that_agree(history, day, now, django_assert_max_num_queries):
    with django_assert_max_num_queries(20):
        run = reconcile_day(day=day, now=now)
    assert (run.state, found(run)) == ("done", {})
    # A ticket, a tip, a refund, a dispute taken and returned, a payout sent and returned.
    assert run.compared == 7


def test_what_is_not_in_our_ledger(till, history, day, now):
    stranger = till.stripe.tell("move", type="charge", amount=700)
    loss = till.stripe.tell("move", type="adjustment", amount=-30)
    till.stripe.tell("move", type="stripe_fee", amount=-5)
    till.stripe.tell("payout", account=history[0].offer.seller.stripe_account_id)
    run = reconcile_day(day=day, now=now)
    payout = next(name for _, name in found(run) if name.startswith("payout:"))
    assert found(run) == {
        ("missing_here", f"charge:{stranger['id']}"): (None, 700),
        ("missing_here", f"adjustment:{loss['id']}"): (None, 30),
        ("missing_here", payout): (None, 440 + 1000 - 176),
    }


def test_what_is_not_at_stripe(till, history, day, now, creator):
    order, _ = history
    host = f"host:{creator.pk}"
    kinds = LedgerTransaction.Kind
    booked("order:made-up:paid", [("customer", host, 900)], now, kind=kinds.ORDER_PAID)
    booked("refund:made-up:0", [(host, "customer", 40)], now, kind=kinds.REFUND, order_id=order.pk)
    booked("payout:po_x:sent", [(host, "bank:1", 7)], now, kind=kinds.PAYOUT, creator_id=creator.pk)
    booked("dispute:dp_x:opened", [(host, "disputes", 8)], now, kind=kinds.DISPUTE)
    run = reconcile_day(day=day, now=now)
    assert found(run) == {
        ("missing_there", "order:made-up:paid"): (900, None),
        ("missing_there", "refund:made-up:0"): (40, None),
        ("missing_there", "payout:po_x:sent"): (7, None),
        ("missing_there", "dispute:dp_x:opened"): (8, None),
    }


def test_other_amounts_and_other_fees(till, offer, listener, day, now, committed, monkeypatch):
    """The books say something else than what was paid: as if somebody had booked it wrongly."""
    original = ledger.post

    def wrong(*, transfers, **more):
        source, target, amount = transfers[0]
        return original(transfers=[(source, target, amount + 10), *transfers[1:2]], **more)

    monkeypatch.setattr(ledger, "post", wrong)
    with committed():
        order = till.buy(offer, listener)
    run = reconcile_day(day=day, now=now)
    assert found(run) == {
        ("amount", f"order:{order.pk}:paid"): (440 + 10 + 15, 500),
        ("amount", f"order:{order.pk}:paid:fee"): (15, 60),
    }


def test_what_crossed_midnight_is_no_difference(till, offer, listener, creator, told, day, now, committed):
    """We hear of all of it a day after Stripe has it: each day finds its counterpart on the other one."""
    late = now + timedelta(days=1)
    with committed():
        order = till.pay(order_hold(offer=offer, buyer=listener, now=now), later=late)
    order_refund(order=order, by=creator.user, amount=200, now=late)
    till.refunds(later=late)
    payout = till.stripe.tell("payout", account=creator.stripe_account_id)
    till.stripe.tell("payout_end", payout=payout["id"], paid=False)
    dispute = till.stripe.tell("dispute", payment_intent=order.payment_intent_id)
    till.stripe.tell("dispute_close", dispute=dispute["id"], won=True)
    told(later=late)
    for one in (day, day + timedelta(days=1)):
        run = reconcile_day(day=one, now=late)
        assert (run.state, run.compared, found(run)) == ("done", 6, {})


def test_staff_settle_a_difference_and_it_stays_settled(till, history, day, now):
    finance = UserFactory(handle="the_money", is_staff=True, is_superuser=True)
    till.stripe.tell("move", type="charge", amount=700)
    run = reconcile_day(day=day, now=now)
    row = run.differences.get()
    row.resolved_at, row.note = now, "A test of ours."
    row.save()
    till.stripe.tell("move", type="charge", amount=800)
    again = reconcile_day(day=day, now=now)
    assert again.pk == run.pk
    row.refresh_from_db()
    assert row.note == "A test of ours."
    assert again.differences.filter(resolved_at__isnull=True).get().stripe_amount == 800
    told = Notification.objects.get(user=finance)
    assert told.data["line"] == "1 difference between our books and Stripe’s"


def test_when_stripe_does_not_answer_it_is_compared_later(till, history, day, now):
    till.stripe.faults({"how": "down"})
    run = reconcile_day(day=day, now=now)
    assert run.state == "failed"
    assert run.error
    till.stripe.faults()
    tomorrow = now + timedelta(days=1, hours=2)
    assert books_due(now=tomorrow) == 1
    assert ReconciliationRun.objects.get(day=day).state == "done"
    assert books_due(now=tomorrow) == 0, "each day once"
