"""Makes rows of tickets for tests; what is tested itself goes through the services."""

from datetime import datetime
from typing import Any

import factory
from django.db.models import F
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.models import User
from rooms.models import Space
from tests.factories import UserFactory
from tickets.models import Creator, LedgerEntry, Offer, Order, Ticket


class CreatorFactory(DjangoModelFactory[Creator]):
    """Somebody whom staff let sell, with an account that can be paid."""

    class Meta:
        model = Creator

    user = factory.SubFactory(UserFactory)
    selling_granted_at = factory.LazyFunction(timezone.now)
    stripe_account_id = factory.Sequence(lambda n: f"acct_{n}")
    details_submitted = True
    charges_enabled = True
    payouts_enabled = True


def offered(space: Space, **fields: Any) -> Offer:
    """Tickets to `space` at 5.00, ten of them, sold by its host."""
    given = {"amount": 500, "currency": "usd", "seats": 10, "seller": Creator.objects.get(user=space.host)}
    return Offer.objects.create(space=space, **(given | fields))


def sold(offer: Offer, user: User, now: datetime, **fields: Any) -> Ticket:
    """A ticket that `user` has paid for; `fields` are the ticket's."""
    order = Order.objects.create(
        offer=offer,
        buyer=user,
        state=Order.State.PAID,
        amount=500,
        currency="usd",
        platform_fee=15,
        card_fee=45,
        host_amount=440,
        tier_amounts=[500, 0],
        priced_at=now,
        paid_at=now,
        held_until=now,
    )
    Offer.objects.filter(pk=offer.pk).update(seats_taken=F("seats_taken") + 1)
    return Ticket.objects.create(order=order, offer=offer, holder=user, **fields)


def balances() -> dict[str, int]:
    """Every account of the ledger with what it holds, in minor units; those that hold nothing are left out."""
    held: dict[str, int] = {}
    for entry in LedgerEntry.objects.all():
        held[entry.debit_account] = held.get(entry.debit_account, 0) - entry.amount
        held[entry.credit_account] = held.get(entry.credit_account, 0) + entry.amount
    return {account: amount for account, amount in held.items() if amount}
