"""A tip goes to the creator to the last cent; the sender pays the fee; the room says thank you."""

from datetime import timedelta

import pytest

from accounts.models import Block
from rooms.models import Role
from social.models import Notification
from spaces_project.lib.errors import Invalid
from tests.rooms.announced import on_air
from tests.tickets.makers import CreatorFactory
from tickets.errors import NothingToRefund, TipSelf, TipsOff
from tickets.models import Tip
from tickets.selectors.earnings import statements
from tickets.services.checkout import checkout_read
from tickets.services.orders import checkout_synced
from tickets.services.refunds import tip_refund
from tickets.services.tips import tip_start, tips_expire_due, tips_set
from tickets.stripe.errors import StripeRefused, StripeUnavailable

pytestmark = pytest.mark.django_db


@pytest.fixture
def start(till, creator, listener):
    """`start(amount=500)`: the listener begins to tip the host."""
    tips_set(creator=creator, enabled=True)

    def started(**more):
        given = {"sender": listener, "to": creator, "amount": 500, "now": till.now}
        return tip_start(**(given | more))

    return started


def test_all_of_it_is_the_creators(till, start, creator, listener, books):
    tip = start(message="  Thank\nyou ")
    assert (tip.amount, tip.card_fee, tip.total, tip.message) == (500, 46, 546, "Thank you")
    tip = till.pay_tip(tip)
    assert tip.state == "paid"
    assert checkout_synced(session=checkout_read(tip), now=till.now) == tip
    assert books() == {"customer": -546, f"host:{creator.pk}": 500, "card_fee": 46}
    assert till.balances(creator) == (46 - 45, 500)
    (statement,) = statements(creator)
    assert statement.figures.tips == statement.closing == 500
    creator.refresh_from_db()
    assert (creator.lifetime_sales_amount, creator.tier_amounts) == (0, [])
    told = Notification.objects.get(user=creator.user)
    assert (told.kind, told.data["text"]) == ("earnings", "Thank you")
    assert told.data["line"] == "A Listener has tipped you $5.00"
    assert "$0.46" in Notification.objects.get(user=listener).data["text"]


@pytest.mark.parametrize("unnamed", [False, True])
def test_the_room_says_thank_you(till, start, space, host, listener, sent, committed, unnamed):
    on_air(space, till.now)
    with committed():
        tip = till.pay_tip(start(space=space, unnamed=unnamed))
    assert tip.thanked_at == till.now
    (thanks,) = sent.of("tip.received")
    assert thanks["to"]["handle"] == host.handle
    assert thanks["by"] is None if unnamed else thanks["by"]["handle"] == listener.handle
    told = Notification.objects.get(user=host)
    assert (
        (told.actor, told.data["line"].startswith("Somebody")) == (None, True)
        if unnamed
        else (listener, False)
    )


def test_to_whom_one_can_give_something_in_a_room(till, start, space, speaker, outsider):
    theirs = till.account(CreatorFactory(user=speaker, tips_enabled=True))
    with pytest.raises(TipsOff):
        start(to=theirs, space=space)
    space.participations.create(user=speaker, role=Role.LISTENER, spoke_at=till.now)
    assert start(to=theirs, space=space).checkout_url


def test_who_takes_none(till, start, creator, listener, host):
    with pytest.raises(TipSelf):
        start(sender=host)
    block = Block.objects.create(owner=host, person=listener)
    with pytest.raises(TipsOff):
        start()
    block.delete()
    creator.charges_enabled = False
    with pytest.raises(TipsOff):
        start()
    creator.charges_enabled = True
    tips_set(creator=creator, enabled=False)
    with pytest.raises(TipsOff):
        start()


@pytest.mark.parametrize(
    "wrong", [{"amount": 99}, {"amount": 50_001}, {"amount": "500"}, {"message": "x" * 141}]
)
def test_what_is_at_fault(start, wrong):
    with pytest.raises(Invalid) as refusal:
        start(**wrong)
    assert list(refusal.value.fields) == list(wrong)


def test_the_same_in_two_tabs_is_one_tip(till, start):
    first = start()
    assert start() == first
    assert start(amount=700) != first
    till.pay_tip(first)
    # Whoever wants to give the same again does so.
    assert start() != first


def test_not_paid_in_time_and_paid_after_all(till, start):
    tip = start()
    late = till.now + timedelta(minutes=15)
    assert tips_expire_due(now=late) == 1
    tip.refresh_from_db()
    assert tip.state == "expired"
    assert till.pay_tip(tip).state == "paid"


def test_stripe_is_down_or_refuses(till, start, creator):
    till.stripe.faults({"how": "down"})
    with pytest.raises(StripeUnavailable):
        start()
    till.stripe.faults()
    assert start().checkout_url
    till.stripe.tell("account", account=creator.stripe_account_id, outcome="restricted")
    with pytest.raises(StripeRefused):
        start(amount=600)
    assert Tip.objects.get(amount=600).state == "failed"


def test_staff_pay_a_tip_back(till, start, staff, creator, books):
    tip = start()
    with pytest.raises(NothingToRefund):
        tip_refund(tip=tip, by=staff, now=till.now)
    tip = till.pay_tip(tip)
    tip_refund(tip=tip, by=staff, note="By mistake.", now=till.now)
    (refund,) = till.refunds()
    tip.refresh_from_db()
    assert (refund.amount, tip.state, tip.refunded_amount) == (546, "refunded", 546)
    assert books() == {}
    assert till.balances(creator)[1] == 0
    session = checkout_read(tip)
    assert session is not None
    assert checkout_synced(session=session, now=till.now).state == "refunded"
