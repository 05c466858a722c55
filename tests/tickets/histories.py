"""What can happen to a creator's money, at random, booked by the services that book it."""

import random
from datetime import datetime, timedelta
from uuid import uuid4

from accounts.models import User
from tickets.chart import CARD_FEE, CUSTOMER, DISPUTE_FEE, DISPUTES, PLATFORM_FEE, STRIPE, host_account
from tickets.fees import added, card_fee_on_top, split
from tickets.models import Creator, LedgerTransaction, Offer, Order, Refund, Tip
from tickets.services import ledger
from tickets.services.orders import order_paid
from tickets.services.payouts import payout_synced
from tickets.services.refunds import order_refund, refund_failed, refund_retry, refund_succeeded, tip_refund
from tickets.services.tips import tip_paid
from tickets.stripe.shapes import PayoutFacts


class History:
    """Acts of buyers, givers, host, staff and banks, one after the other from `now` on."""

    def __init__(
        self, creator: Creator, offers: list[Offer], buyers: list[User], now: datetime, seed: int
    ) -> None:
        self.creator, self.offers, self.buyers, self.now = creator, offers, buyers, now
        self.random = random.Random(seed)
        self.number = 0

    def go(self, steps: int) -> None:
        """So many acts, most of them sales."""
        acts = [
            self.sell,
            self.sell,
            self.sell,
            self.tip,
            self.refund,
            self.refund,
            self.dispute,
            self.pay_out,
        ]
        for _ in range(steps):
            self.now += timedelta(hours=self.random.randint(1, 60))
            self.random.choice(acts)()

    def sell(self) -> Order:
        """A ticket is sold."""
        self.creator.refresh_from_db()
        offer = self.random.choice(self.offers)
        self.number += 1
        shares = split(offer.amount, used=self.creator.tier_amounts)
        order = Order.objects.create(
            offer=offer,
            buyer=self.buyers[self.number % len(self.buyers)],
            amount=shares.amount,
            currency=offer.currency,
            platform_fee=shares.platform_fee,
            card_fee=shares.card_fee,
            host_amount=shares.host_amount,
            tier_amounts=shares.tier_amounts,
            priced_at=self.now,
            held_at=self.now,
            held_until=self.now + timedelta(minutes=15),
        )
        Offer.objects.filter(pk=offer.pk).update(seats_taken=Offer.objects.get(pk=offer.pk).seats_taken + 1)
        self.creator.tier_amounts = added(self.creator.tier_amounts, shares.tier_amounts)
        self.creator.save()
        return order_paid(
            order_id=order.pk,
            payment_intent_id=f"pi_{order.pk}",
            amount=order.amount,
            currency=order.currency,
            now=self.now,
        )

    def tip(self) -> Tip:
        """Somebody gives something."""
        amount = self.random.randint(100, 50_000)
        tip = Tip.objects.create(
            to=self.creator,
            sender=self.random.choice(self.buyers),
            amount=amount,
            card_fee=card_fee_on_top(amount),
            currency=self.creator.currency,
            held_until=self.now,
        )
        return tip_paid(
            tip_id=tip.pk,
            payment_intent_id=f"pi_{tip.pk}",
            amount=tip.total,
            currency=tip.currency,
            now=self.now,
        )

    def refund(self) -> None:
        """Something goes back, all or a part of it; some of it comes back from the bank, and is sent again."""
        staff = self.buyers[0]
        paid = list(Order.objects.filter(state="paid", disputes=None)) + list(
            Tip.objects.filter(state="paid")
        )
        paid = [one for one in paid if not one.refunds.filter(state="failed").exists()]
        if not paid:
            return
        one = self.random.choice(sorted(paid, key=lambda row: str(row.pk)))
        if isinstance(one, Order):
            part = self.random.randint(1, one.amount - one.refunded_amount)
            amount = self.random.choice([None, part])
            refund = order_refund(order=one, by=staff, amount=amount, now=self.now, as_staff=True)
        else:
            refund = tip_refund(tip=one, by=staff, now=self.now)
        self._take_on(refund)
        if self.random.random() < 0.3:
            refund_failed(refund_id=refund.pk, error="no such card any more", now=self.now)
            if self.random.random() < 0.5:
                self._take_on(refund_retry(refund=refund, now=self.now))

    def dispute(self) -> None:
        """A bank takes a payment back, and decides."""
        orders = list(Order.objects.filter(state="paid", refunded_amount=0).order_by("pk"))
        taken = set(LedgerTransaction.objects.filter(kind="dispute").values_list("order_id", flat=True))
        waiting = set(Refund.objects.filter(state="failed").values_list("order_id", flat=True))
        open_ones = [one for one in orders if one.pk not in taken | waiting]
        if not open_ones:
            return
        order, name = self.random.choice(open_ones), f"dispute:dp_{uuid4()}"
        parts = [
            (host_account(self.creator.pk), order.host_amount),
            (PLATFORM_FEE, order.platform_fee),
            (CARD_FEE, order.card_fee),
        ]
        self._book(f"{name}:opened", order, [(account, DISPUTES, part) for account, part in parts])
        self._book(f"{name}:fee", order, [(DISPUTE_FEE, STRIPE, 1500)])
        match self.random.choice(["open", "won", "lost"]):
            case "won":
                self._book(f"{name}:won", order, [(DISPUTES, account, part) for account, part in parts])
            case "lost":
                self._book(f"{name}:lost", order, [(DISPUTES, CUSTOMER, order.amount)])

    def pay_out(self) -> None:
        """Stripe pays out, or tries to."""
        facts = PayoutFacts(
            id=f"po_{uuid4()}",
            status=self.random.choice(["paid", "in_transit", "failed"]),
            amount=self.random.randint(1, 5000),
            currency=self.creator.currency,
            created_at=self.now,
            arrival_at=self.now + timedelta(days=2),
            failure_code="",
            failure_message="",
        )
        payout_synced(creator=self.creator, facts=facts, now=self.now)

    def _take_on(self, refund: Refund) -> None:
        refund_succeeded(refund_id=refund.pk, stripe_refund_id=f"re_{uuid4()}", now=self.now)

    def _book(self, reference: str, order: Order, transfers: list[ledger.Transfer]) -> None:
        ledger.post(
            kind=LedgerTransaction.Kind.DISPUTE,
            reference=reference,
            transfers=transfers,
            currency=order.currency,
            creator_id=self.creator.pk,
            order_id=order.pk,
            now=self.now,
        )
