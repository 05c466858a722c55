"""Accounts, refunds, payouts and disputes as Stripe tells of them: in the books, in the rows, and to the people."""

from datetime import timedelta

import pytest

from social.models import Notification
from tests.factories import UserFactory
from tests.tickets.stripe.conftest import references
from tickets.errors import AccountNotReady, NothingToRefund, NotOnSale
from tickets.models import Creator, Dispute, Offer, Payout, Ticket
from tickets.services.disputes import disputes_sync
from tickets.services.onboarding import (
    LEFT,
    account_sync,
    accounts_sync_due,
    login_page,
    onboarding_return,
    onboarding_start,
)
from tickets.services.orders import order_hold
from tickets.services.payouts import payouts_sync
from tickets.services.refunds import order_refund
from tickets.services.tips import tip_start
from tickets.stripe import gateway
from tickets.stripe.errors import PaymentsOff, StripeUnavailable

pytestmark = pytest.mark.django_db


def lines(user):
    return list(
        Notification.objects.filter(user=user, kind="earnings")
        .order_by("pk")
        .values_list("data__line", flat=True)
    )


class TestAccounts:
    """A creator tells Stripe who they are; what Stripe thinks of it decides whether they can sell."""

    def test_from_nothing_to_ready(self, stripe_server, outsider, now):
        creator = Creator.objects.create(user=outsider)
        first, again = (onboarding_start(creator=creator) for _ in range(2))
        assert first.url.startswith(f"{stripe_server.url}/setup/")
        assert again.url != first.url
        assert len(gateway.account_get(creator.stripe_account_id).requirements["currently_due"]) > 1
        with pytest.raises(AccountNotReady):
            login_page(creator=creator)
        onboarding_return(creator=creator, now=now)
        assert not creator.can_be_paid
        assert lines(outsider) == []
        stripe_server.tell("account", account=creator.stripe_account_id, outcome="complete")
        onboarding_return(creator=creator, now=now)
        assert creator.can_be_paid
        assert creator.payouts_enabled
        assert creator.synced_at == now
        assert lines(outsider) == ["Your payout account is ready"]
        assert login_page(creator=creator).url.startswith(f"{stripe_server.url}/express/")

    def test_two_tabs_make_one_account(self, stripe_server, outsider):
        one, other = (Creator.objects.get_or_create(user=outsider)[0] for _ in range(2))
        onboarding_start(creator=one)
        stripe_server.faults({"how": "lost", "path": "accounts", "times": 1})
        onboarding_start(creator=other)
        assert one.stripe_account_id == other.stripe_account_id

    def test_restricted_means_closed_until_it_is_over(self, till, offer, creator, listener, told):
        till.stripe.tell("account", account=creator.stripe_account_id, outcome="restricted")
        told()
        creator.refresh_from_db()
        assert not creator.can_be_paid
        assert creator.disabled_reason == "requirements.past_due"
        assert creator.requirements["currently_due"] == ["individual.verification.document"]
        with pytest.raises(NotOnSale):
            order_hold(offer=Offer.objects.get(), buyer=listener, now=till.now)
        till.stripe.tell("account", account=creator.stripe_account_id, outcome="complete")
        told()
        assert order_hold(offer=Offer.objects.get(), buyer=listener, now=till.now).state == "held"
        assert lines(creator.user) == [
            "Stripe has restricted your payout account",
            "Your payout account is ready",
        ]

    def test_an_account_that_is_gone_may_nothing(self, till, creator, now):
        Creator.objects.update(stripe_account_id="acct_gone")
        assert account_sync(account_id="acct_gone", now=now) is not None
        creator.refresh_from_db()
        assert (creator.can_be_paid, creator.disabled_reason) == (False, LEFT)
        assert account_sync(account_id="acct_of_nobody", now=now) is None
        # They begin anew, with another one.
        for _ in range(2):
            onboarding_start(creator=creator)
        assert creator.stripe_account_id != "acct_gone"
        till.stripe.tell("account", account=creator.stripe_account_id, outcome="complete")
        assert onboarding_return(creator=creator, now=now).can_be_paid

    def test_what_nobody_told_of_is_read_again(self, till, creator, now):
        assert accounts_sync_due(now=now) == 1
        assert accounts_sync_due(now=now + timedelta(hours=2)) == 0
        till.stripe.tell("account", account=creator.stripe_account_id, outcome="restricted")
        till.stripe.faults({"how": "down", "times": 1})
        assert accounts_sync_due(now=now + timedelta(hours=25)) == 1
        creator.refresh_from_db()
        assert creator.can_be_paid, "Stripe did not answer: nothing is known"
        accounts_sync_due(now=now + timedelta(hours=25))
        creator.refresh_from_db()
        assert not creator.can_be_paid

    def test_without_a_key_there_is_no_onboarding(self, outsider, settings):
        settings.STRIPE_API_KEY = ""
        with pytest.raises(PaymentsOff):
            onboarding_start(creator=Creator.objects.create(user=outsider))


class TestRefunds:
    """What Stripe tells of refunds, beside what it answers."""

    def test_an_answer_that_was_lost_comes_as_an_event(self, till, bought, told, creator, books):
        refund = order_refund(order=bought, by=creator.user, amount=200, now=till.now)
        till.stripe.faults({"how": "lost", "path": "refunds", "times": 1})
        till.refunds()
        refund.refresh_from_db()
        assert refund.state == "requested"
        told("refund.created")
        refund.refresh_from_db()
        assert refund.state == "succeeded"
        before = books()
        till.refunds(later=till.now + timedelta(hours=1))
        assert books() == before
        assert before["customer"] == -300

    def test_one_that_comes_back_from_the_bank_is_the_buyers(self, till, bought, told, creator, books):
        refund = order_refund(order=bought, by=creator.user, amount=200, now=till.now)
        till.refunds()
        refund.refresh_from_db()
        till.stripe.tell("refund_fail", refund=refund.stripe_refund_id)
        told()
        refund.refresh_from_db()
        assert (refund.state, refund.error) == ("failed", "lost_or_stolen_card")
        assert f"{refund.reference}:failed" in references()
        assert (books()["returned"], books()["customer"]) == (200, -500)


class TestPayouts:
    """Stripe pays a creator out."""

    def test_paid_out(self, till, bought, told, creator, books):
        payout = till.stripe.tell("payout", account=creator.stripe_account_id)
        told()
        row = Payout.objects.get()
        assert (row.amount, row.status, row.creator_id) == (440, "pending", creator.pk)
        assert books()[f"bank:{creator.pk}"] == 440
        assert f"host:{creator.pk}" not in books()
        till.stripe.tell("payout_end", payout=payout["id"], paid=True)
        told()
        row.refresh_from_db()
        assert row.status == "paid"
        assert lines(creator.user) == ["$4.40 were paid out to your bank"]

    def test_one_that_does_not_arrive_is_theirs_again(self, till, bought, told, creator, books):
        before = books()
        payout = till.stripe.tell("payout", account=creator.stripe_account_id)
        till.stripe.tell("payout_end", payout=payout["id"], paid=False)
        # The last news first; and the first is read again, as it is now.
        told("payout.failed")
        told("payout.created")
        row = Payout.objects.get()
        assert (row.status, row.failure) == ("failed", "The bank account has been closed.")
        assert books() == before
        assert references() >= {f"payout:{payout['id']}:sent", f"payout:{payout['id']}:back"}
        assert lines(creator.user) == ["A payout of $4.40 did not reach your bank"]

    def test_what_nobody_told_of_is_found(self, till, bought, creator, now):
        payout = till.stripe.tell("payout", account=creator.stripe_account_id)
        recent = {"since": now - timedelta(days=1), "until": now + timedelta(days=1), "now": now}
        assert payouts_sync(**recent) == 1
        till.stripe.tell("payout_end", payout=payout["id"], paid=True)
        Payout.objects.update(created_at=now - timedelta(days=9))
        # It is old by now, but was open.
        payouts_sync(since=now + timedelta(days=1), until=now + timedelta(days=2), now=now)
        assert Payout.objects.get().status == "paid"

    def test_payouts_of_strangers_are_ignored(self, till, told, creator, bought):
        till.stripe.tell("payout", account=creator.stripe_account_id)
        Creator.objects.update(stripe_account_id="acct_other")
        told("payout.created")
        assert not Payout.objects.exists()


class TestDisputes:
    """A bank takes a payment back."""

    @pytest.fixture
    def finance(self, db):
        return UserFactory(handle="the_money", is_staff=True, is_superuser=True)

    def test_taken_and_lost(self, till, bought, told, creator, books, finance, listener):
        opened = till.stripe.tell("dispute", payment_intent=bought.payment_intent_id)
        told()
        dispute = Dispute.objects.get()
        assert (dispute.order_id, dispute.taken_amount, dispute.host_amount) == (bought.pk, 500, 440)
        assert books() == {"customer": -500, "disputes": 500, "dispute_fee": -1500, "stripe": 1500}
        # Stripe took 500 and its fee of 1500 from us; the creator's part of it comes from the creator.
        assert till.balances(creator) == (60 - 44 - 500 - 1500 + 440, 0)
        assert Ticket.objects.get(order=bought).state == "valid"
        with pytest.raises(NothingToRefund):
            order_refund(order=bought, by=creator.user, now=till.now)
        till.stripe.tell("dispute_close", dispute=opened["id"], won=False)
        told()
        assert books() == {"dispute_fee": -1500, "stripe": 1500}
        assert Ticket.objects.get(order=bought).state == "void"
        bought.refresh_from_db()
        creator.refresh_from_db()
        assert (bought.has_seat, creator.lifetime_sales_amount) == (False, 0)
        assert lines(creator.user) == ["A buyer disputes a payment", "A dispute was decided against you"]
        assert lines(finance) == ["A payment is disputed"]

    def test_taken_and_won(self, till, bought, told, creator, books):
        before, there = books(), till.balances(creator)
        opened = till.stripe.tell("dispute", payment_intent=bought.payment_intent_id)
        told()
        till.stripe.tell("dispute_close", dispute=opened["id"], won=True)
        told()
        assert books() == before
        assert till.balances(creator) == there
        assert Ticket.objects.get(order=bought).state == "valid"
        dispute = Dispute.objects.get()
        assert dispute.closed_at is not None
        assert dispute.transfer_reversal_id
        assert dispute.transfer_back_id

    def test_won_before_anybody_heard_of_it(self, till, bought, told, creator, books):
        before, there = books(), till.balances(creator)
        opened = till.stripe.tell("dispute", payment_intent=bought.payment_intent_id)
        till.stripe.tell("dispute_close", dispute=opened["id"], won=True)
        told()
        assert (books(), till.balances(creator)) == (before, there)
        assert f"dispute:{opened['id']}:opened" in references()

    def test_the_payment_itself_is_heard_of_by_its_dispute(self, till, offer, listener, told, creator, books):
        order = order_hold(offer=offer, buyer=listener, now=till.now)
        till.paid_there(order)
        intent = gateway.checkout_get(order.checkout_session_id).payment_intent_id
        till.stripe.tell("dispute", payment_intent=intent)
        told("charge.dispute.created")
        order.refresh_from_db()
        assert order.state == "paid"
        assert books()["disputes"] == 500

    def test_an_inquiry_takes_nothing(self, till, bought, told, creator, books):
        before = books()
        opened = till.stripe.tell("dispute", payment_intent=bought.payment_intent_id, inquiry=True)
        told()
        till.stripe.tell("dispute_close", dispute=opened["id"], won=True)
        told()
        assert books() == before
        assert Dispute.objects.get().status == "warning_closed"
        assert lines(creator.user)[0] == "A buyer’s bank asks about a payment"

    def test_of_what_was_paid_back_in_part_the_rest_is_taken(self, till, bought, told, creator, books):
        order_refund(order=bought, by=creator.user, amount=200, now=till.now)
        till.refunds()
        opened = till.stripe.tell("dispute", payment_intent=bought.payment_intent_id)
        till.stripe.tell("dispute_close", dispute=opened["id"], won=False)
        told()
        assert books() == {"dispute_fee": -1500, "stripe": 1500}

    def test_of_a_tip(self, till, told, creator, listener, books):
        Creator.objects.update(tips_enabled=True)
        creator.refresh_from_db()
        tip = till.pay_tip(tip_start(sender=listener, to=creator, amount=1000, now=till.now))
        till.stripe.tell("dispute", payment_intent=tip.payment_intent_id)
        told()
        assert Dispute.objects.get().host_amount == 1000
        assert books()["disputes"] == tip.total

    def test_stripe_down_in_the_middle(self, till, bought, told, creator, books):
        till.stripe.tell("dispute", payment_intent=bought.payment_intent_id)
        till.stripe.faults({"how": "down", "path": "reversals", "times": 3})
        told()
        assert books()["disputes"] == 500
        assert not Dispute.objects.get().transfer_reversal_id
        told(later=till.now + timedelta(minutes=1))
        assert Dispute.objects.get().transfer_reversal_id
        assert till.balances(creator)[1] == 0

    def test_what_nobody_told_of_is_found(self, till, bought, now):
        opened = till.stripe.tell("dispute", payment_intent=bought.payment_intent_id)
        recent = {"since": now - timedelta(days=1), "until": now + timedelta(days=1), "now": now}
        assert disputes_sync(**recent) == 1
        till.stripe.tell("dispute_close", dispute=opened["id"], won=False)
        # It is old by now, but was open.
        assert disputes_sync(since=now + timedelta(days=1), until=now + timedelta(days=2), now=now) == 0
        assert Dispute.objects.get().status == "lost"
        till.stripe.faults({"how": "down"})
        with pytest.raises(StripeUnavailable):
            disputes_sync(**recent)
