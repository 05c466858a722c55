"""What the tests of Stripe's side share: somebody has bought something; what Stripe tells is passed on to us."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from tests.tickets.till import Till
from tickets.models import LedgerTransaction, Offer, Order
from tickets.services.webhooks import events_run, webhook_receive
from tickets.stripe.signatures import verified


@pytest.fixture
def bought(till: Till, offer: Offer, listener: User, committed: Any) -> Order:
    """A ticket at 5.00, paid: 4.40 of it for the host, 0.15 and 0.45 for us."""
    with committed():
        return till.buy(offer, listener)


@pytest.fixture
def told(till: Till, committed: Any) -> Callable[..., list[str]]:
    """`told()` passes on what Stripe has told and we have not heard (of some types, if named), and works it off: the types."""
    heard: set[str] = set()

    def tell(*kinds: str, later: Any = None) -> list[str]:
        news = [event for event in till.stripe.events(*kinds) if event["id"] not in heard]
        with committed():
            for event in news:
                heard.add(event["id"])
                body, signature = till.stripe.webhook(event["id"])
                facts = verified(body.encode(), signature)
                assert facts is not None
                webhook_receive(event=facts, now=later or till.now)
            events_run(now=later or till.now)
        return [event["type"] for event in news]

    return tell


def references() -> set[str]:
    """Everything that is booked."""
    return set(LedgerTransaction.objects.values_list("reference", flat=True))
