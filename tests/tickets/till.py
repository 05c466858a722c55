"""Buying in tests: with the stand-in for Stripe at the other end of a real connection."""

from datetime import datetime
from typing import Any

from accounts.models import User
from tests.plugins.stripe import StripeControl
from tickets.models import Creator, Offer, Order, Refund, Tip
from tickets.services.checkout import checkout_read
from tickets.services.orders import checkout_synced, order_hold, order_sync
from tickets.services.refunds import refunds_run
from tickets.stripe import gateway


class Till:
    """What people do at Stripe's pages, and what comes of it here."""

    def __init__(self, stripe: StripeControl, now: datetime) -> None:
        self.stripe, self.now = stripe, now

    def account(self, creator: Creator) -> Creator:
        """Give a creator an account at the stand-in that takes payments."""
        made = gateway.account_create(
            user_ref=str(creator.user_id), email="", idempotency_key=f"account-{creator.pk}"
        )
        self.stripe.tell("account", account=made.id, outcome="complete")
        creator.stripe_account_id = made.id
        creator.save()
        return creator

    def paid_there(self, paid: Order | Tip) -> None:
        """Somebody pays on the page; nobody has told us yet."""
        assert paid.checkout_session_id
        self.stripe.tell("pay", session=paid.checkout_session_id)

    def pay(self, order: Order, *, later: datetime | None = None) -> Order:
        """The buyer pays, and comes back to our page."""
        self.paid_there(order)
        return order_sync(order=order, now=later or self.now)

    def pay_tip(self, tip: Tip) -> Tip:
        """The sender pays, and comes back."""
        self.paid_there(tip)
        session = checkout_read(tip)
        assert session is not None
        found = checkout_synced(session=session, now=self.now)
        assert isinstance(found, Tip)
        return found

    def buy(self, offer: Offer, buyer: User, *, later: datetime | None = None) -> Order:
        """Hold a seat and pay it."""
        return self.pay(order_hold(offer=offer, buyer=buyer, now=later or self.now), later=later)

    def refunds(self, *, later: datetime | None = None) -> list[Refund]:
        """Ask Stripe for what is due; all refunds then, the oldest first."""
        refunds_run(now=later or self.now)
        return list(Refund.objects.order_by("pk"))

    def balances(self, creator: Creator) -> tuple[int, int]:
        """What the stand-in says: of our own balance, and of the creator's."""
        ours: dict[str, Any] = self.stripe.tell("balance")
        theirs: dict[str, Any] = self.stripe.tell("balance", account=creator.stripe_account_id)
        return ours.get("usd", 0), theirs.get("usd", 0)
