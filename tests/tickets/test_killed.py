"""The process is killed between every two writes of paying and of refunding: nothing is lost, nothing is there twice."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from stack.paths import ROOT
from tests.plugins.services import FOLDER
from tests.social.crowds import worker_environment
from tests.tickets.makers import balances
from tests.tickets.victim import ACTS
from tickets.models import LedgerTransaction, Order, Refund, Ticket
from tickets.services.orders import order_hold, order_release
from tickets.stripe import gateway

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_audio"),
]

LOG = FOLDER / "victim.log"
# More writes and commits than either has.
MOST = 60


@pytest.fixture
def victim() -> Iterator[Callable[..., str]]:
    """`victim("pay", order, die_at=3)` has a process do it that is killed before its third write or commit."""
    with LOG.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.tickets.victim"],
            cwd=ROOT,
            env=worker_environment(DJANGO_SETTINGS_MODULE="spaces_project.settings"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdin
    assert process.stdout
    stdin, stdout = process.stdin, process.stdout

    def act(name: str, order: Order, *, die_at: int) -> str:
        stdin.write(json.dumps({"act": name, "id": str(order.pk), "die_at": die_at}) + "\n")
        stdin.flush()
        return stdout.readline().strip()

    yield act
    process.kill()
    process.wait()
    stdin.close()
    stdout.close()


def is_whole(order: Order) -> None:
    """What an order says, its ticket, the books and the creator's sales agree: all of an act happened, or none of it."""
    order.refresh_from_db()
    booked = {one.kind for one in LedgerTransaction.objects.filter(order_id=order.pk)}
    ticket = Ticket.objects.filter(order=order).first()
    refund = Refund.objects.filter(order=order).first()
    if order.state == "held":
        assert (booked, ticket, refund) == (set(), None, None)
    if order.state == "paid":
        assert ticket is not None
        assert booked == {"order_paid"}
        assert ticket.state == ("void" if refund else "valid")
        assert order.has_seat == (refund is None)
        assert refund is None or refund.state == "requested"
    if order.state == "refunded":
        assert booked == {"order_paid", "refund"}
        assert refund is not None
        assert refund.state == "succeeded"
    order.offer.refresh_from_db()
    assert order.offer.seats_taken == Order.objects.filter(has_seat=True).count()


def test_killed_while_paying_and_paying_back(till, victim, offer, creator, buyers):
    """Each buyer's order dies at another moment of the one act, is brought to its end, and then dies in the other."""
    seen = {"pay": 0, "refund": 0}
    people = iter(buyers(MOST))
    offer.seats = MOST
    offer.save()
    die_at, over = 1, set()
    while over != {"pay", "refund"}:
        order = order_hold(offer=offer, buyer=next(people), now=till.now)
        till.paid_there(order)
        for act, after in (("pay", "paid"), ("refund", "refunded")):
            answer = victim(act, order, die_at=die_at)
            assert answer in ("killed", "done"), LOG.read_text()[-2000:]
            is_whole(order)
            if answer == "killed":
                seen[act] += 1
                # Whoever comes next does the rest.
                ACTS[act](str(order.pk))
                is_whole(order)
            else:
                over.add(act)
            assert order.state == after
        assert len(gateway.refunds_list(order.payment_intent_id)) == 1
        die_at += 1
    assert seen["pay"] > 8
    assert seen["refund"] > 10
    assert balances() == {}
    creator.refresh_from_db()
    assert (creator.lifetime_sales_amount, creator.tier_amounts) == (0, [0, 0])
    assert till.balances(creator)[1] == 0
    last = order_hold(offer=offer, buyer=next(people), now=till.now)
    order_release(order=last, now=till.now)
    offer.refresh_from_db()
    assert offer.seats_taken == 0
