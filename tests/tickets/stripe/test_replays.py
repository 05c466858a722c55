"""A thousand replays of what Stripe tells, shuffled and doubled, from eight threads: the same ledger, hash for hash."""

import hashlib
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache

import pytest

from tests.factories import HostingWaiverFactory, UserFactory
from tests.rooms.ahead import scheduled
from tests.rooms.racing import at_once
from tests.tickets.makers import CreatorFactory, balances, offered
from tests.tickets.till import Till
from tickets.models import Creator, LedgerTransaction, StripeEvent, Ticket
from tickets.services.orders import order_hold
from tickets.services.refunds import order_refund
from tickets.services.tips import tip_start
from tickets.services.webhooks import SYNCS, events_run, webhook_receive
from tickets.stripe import gateway
from tickets.stripe.shapes import EventFacts
from tickets.stripe.signatures import verified

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

THREADS, ROUNDS, REPLAYS = 8, 4, 250
# One in so many comes under an id of its own, as when Stripe tells of one thing twice.
TOLD_ANEW = 40
READS = ("checkout_get", "refund_get", "dispute_get", "payout_get", "account_get", "payment_get")


@dataclass
class World:
    """What has happened at Stripe, none of which we have heard; `names` are those of what is in it."""

    creator: Creator
    events: list[EventFacts]
    names: dict[str, str]


def happened(till: Till, number: int, now: datetime) -> World:
    """A ticket and a tip are paid, another ticket is being paid back; a dispute is lost, one won; a payout comes back."""
    host = UserFactory(handle=f"host{number}")
    HostingWaiverFactory(user=host)
    creator = till.account(CreatorFactory(user=host, tips_enabled=True))
    offer = offered(scheduled(host, now, hours=2), seats=9)
    people = [UserFactory(handle=f"buyer{number}_{one}") for one in range(3)]
    known = till.buy(offer, people[0])
    # Stripe pays it back; we do not get its answer.
    refund = order_refund(order=known, by=host, amount=200, now=now)
    till.stripe.faults({"how": "lost", "path": "refunds", "times": 1})
    till.refunds()
    till.stripe.faults()
    order = order_hold(offer=offer, buyer=people[1], now=now)
    tip = tip_start(sender=people[2], to=creator, amount=1000, now=now)
    for paid in (order, tip):
        till.paid_there(paid)
    disputes = []
    for paid, won in ((order, False), (tip, True)):
        intent = gateway.checkout_get(paid.checkout_session_id).payment_intent_id
        disputes.append(till.stripe.tell("dispute", payment_intent=intent)["id"])
        till.stripe.tell("dispute_close", dispute=disputes[-1], won=won)
    payout = till.stripe.tell("payout", account=creator.stripe_account_id, amount=300)["id"]
    till.stripe.tell("payout_end", payout=payout, paid=False)
    named = {
        "known": known.pk,
        "refund": refund.pk,
        "order": order.pk,
        "tip": tip.pk,
        "lost": disputes[0],
        "won": disputes[1],
        "payout": payout,
        "host": f"host:{creator.pk}",
        "bank": f"bank:{creator.pk}",
    }
    signed = (till.stripe.webhook(one["id"]) for one in till.stripe.events(*SYNCS))
    known_before = {known.checkout_session_id, creator.stripe_account_id}
    events = [verified(body.encode(), signature) for body, signature in signed]
    # Of each thing the first and the last news.
    first = {one.object_id: one for one in reversed(events) if one and one.object_id not in known_before}
    last = {one.object_id: one for one in events if one and one.object_id not in known_before}
    told = {one.id: one for one in (*first.values(), *last.values())}
    return World(creator, list(told.values()), {str(key): name for name, key in named.items()})


def digest(world: World) -> str:
    """A hash of everything in the creator's books, whatever the ids and the order of the rows."""
    rows = []
    for booked in LedgerTransaction.objects.filter(creator_id=world.creator.pk).prefetch_related("entries"):
        entries = sorted(
            f"{one.debit_account}>{one.credit_account} {one.amount}" for one in booked.entries.all()
        )
        rows.append(f"{booked.kind} {booked.reference} {booked.currency} {entries}")
    text = "\n".join(rows)
    for key, name in world.names.items():
        text = text.replace(key, name)
    return hashlib.sha256("\n".join(sorted(text.splitlines())).encode()).hexdigest()


def replayed(world: World, seed: int, count: int) -> Callable[[], None]:
    """Tell all of it `count` times, each time in another order and some of it twice, and work it off."""

    def act() -> None:
        rng = random.Random(seed)
        for replay in range(count):
            told = [*world.events, *rng.choices(world.events, k=len(world.events) // 3)]
            rng.shuffle(told)
            for place, event in enumerate(told):
                if rng.randrange(TOLD_ANEW) == 0:
                    event = replace(event, id=f"{event.id}_{seed}_{replay}_{place}")
                webhook_receive(event=event, now=datetime.now(UTC))
            events_run(now=datetime.now(UTC))

    return act


def test_a_thousand_replays(stripe_server, settings, monkeypatch, now):
    settings.STRIPE_RETRIES = 0
    monkeypatch.setattr("tickets.services.webhooks.enqueue_on_commit", lambda *args: None)
    till = Till(stripe_server, now)
    found = []
    for number in range(ROUNDS):
        stripe_server.tell("reset")
        world = happened(till, number, now)
        with monkeypatch.context() as patched:
            # Nothing more happens there: each thing is read over the wire once.
            for name in READS:
                patched.setattr(gateway, name, cache(getattr(gateway, name)))
            done = at_once(
                *[replayed(world, 100 * number + one, REPLAYS // THREADS + 1) for one in range(THREADS)]
            )
            assert done == [None] * THREADS
            # What another worker held at that moment, or Stripe was busy with, is due again soon.
            while StripeEvent.objects.filter(state="received").update(due_at=now, claimed_until=None):
                events_run(now=datetime.now(UTC))
        assert list(StripeEvent.objects.exclude(state="done").values_list("type", "state", "error")) == []
        found.append((digest(world), till.balances(world.creator)))
        assert Ticket.objects.filter(offer__seller=world.creator, state="valid").count() == 1
    assert len(set(found)) == 1, found
    assert sum(balances().values()) == 0
    # And it is what they come to one after the other, in their order.
    stripe_server.tell("reset")
    world = happened(till, ROUNDS, now)
    for event in world.events:
        webhook_receive(event=event, now=now)
        events_run(now=now)
    assert (digest(world), till.balances(world.creator)) == found[0]
