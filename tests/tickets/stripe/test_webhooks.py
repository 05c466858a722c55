"""Webhooks: signed by Stripe or not taken; kept once, worked off, and tried again."""

import random
import time
from datetime import timedelta

import pytest
import stripe
from django.test import Client, RequestFactory

from stack import paths
from tests.tickets.stripe.conftest import references
from tickets.models import Order, StripeEvent
from tickets.services.orders import order_hold
from tickets.services.webhooks import SYNCS, events_run
from tickets.stripe.signatures import verified
from tickets.views.stripe_webhook import stripe_webhook

pytestmark = pytest.mark.django_db
URL = "/webhooks/stripe/"
BODY = '{"id": "evt_1", "object": "event", "type": "plan.created", "created": 1, "data": {"object": {"id": "plan_1"}}}'


def signed(body: str, secret: str, *, at: float | None = None) -> str:
    return stripe.WebhookSignature.generate_signature_header(body, secret, int(at or time.time()))


@pytest.fixture
def secret(settings):
    return settings.STRIPE_WEBHOOK_SECRET


def test_what_stripe_signs_is_kept_once_and_what_we_do_not_know_ignored(client, secret, now, settings):
    settings.STRIPE_CONNECT_WEBHOOK_SECRET = "whsec_of_connect"
    for key in (secret, "whsec_of_connect", secret):
        answer = client.post(URL, BODY, "application/json", headers={"Stripe-Signature": signed(BODY, key)})
        assert (answer.status_code, answer.json()) == (200, {})
    event = StripeEvent.objects.get()
    assert (event.event_id, event.type, event.state, event.payload["id"]) == (
        "evt_1",
        "plan.created",
        "received",
        "plan_1",
    )
    assert events_run(now=now + timedelta(minutes=1)) == 1
    event.refresh_from_db()
    assert (event.state, event.claim) == ("ignored", None)
    assert events_run(now=now + timedelta(hours=1)) == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", 401),
        (b"[]", 401),
        (b"\xff\xfe", 401),
        (b'{"id": "evt_1"}', 401),
        (b'{"id": "evt\\u0000", "type": "a.b"}', 401),
        (b'{"id": "evt_1", "type": "a.b", "created": 1e400}', 401),
        (b'{"id": "evt_1", "type": "a.b", "data": {"object": {"id": "../../x"}}}', 401),
        (b"[" * 100_000, 401),
        (b" " * 300_000, 413),
    ],
)
def test_nothing_of_bad_shape_gets_in_even_signed(client, secret, body, code):
    header = signed(body.decode("latin1"), secret)
    answer = client.post(URL, body, "application/json", headers={"Stripe-Signature": header})
    assert answer.status_code == code
    assert not StripeEvent.objects.exists()


def test_ten_thousand_forged_and_stale_signatures(secret):
    """None is taken, none breaks anything. Straight at the view; some of each through the whole site as well."""
    rng = random.Random(8)
    good = signed(BODY, secret)
    kinds = [
        lambda: signed(BODY, f"whsec_{rng.random()}"),
        lambda: signed(BODY + " ", secret),
        lambda: signed(BODY, secret, at=time.time() - rng.randint(301, 10**6)),
        lambda: good[: rng.randrange(len(good))],
        lambda: good.replace("v1=", rng.choice(["v0=", "v2=", "v1 =", "=v1="])),
        lambda: good[:-1] + rng.choice("gxyz\u00e9\u2603"),
        lambda: f"t={rng.choice(['', 'now', '1e9', '-1', '9' * 5000])},v1={good[-64:]}",
        lambda: "".join(chr(rng.randrange(32, 0x2FF)) for _ in range(rng.randrange(200))),
        lambda: ",".join(f"v1={rng.getrandbits(256):064x}" for _ in range(rng.randrange(50))),
        lambda: "",
    ]
    requests = RequestFactory()
    for number in range(10_000):
        header = kinds[number % len(kinds)]()
        request = requests.post(URL, BODY, "application/json", headers={"Stripe-Signature": header})
        assert stripe_webhook(request).status_code == 401, header
    client = Client()
    for kind in kinds:
        answer = client.post(URL, BODY, "application/json", headers={"Stripe-Signature": kind()})
        assert answer.json()["code"] == "webhook.not_verified"
    assert not StripeEvent.objects.exists()
    # The other way round: it is the signature that was wrong with them.
    assert verified(BODY.encode(), good) is not None


def test_without_secrets_nothing_is_taken(settings):
    settings.STRIPE_WEBHOOK_SECRET = settings.STRIPE_CONNECT_WEBHOOK_SECRET = ""
    assert verified(BODY.encode(), signed(BODY, "")) is None


def test_only_posts(client):
    assert client.get(URL).status_code == 405


def test_a_payment_that_nobody_came_back_from_is_heard_of(till, offer, listener, told, committed):
    with committed():
        order = order_hold(offer=offer, buyer=listener, now=till.now)
    till.paid_there(order)
    assert "checkout.session.completed" in told()
    order.refresh_from_db()
    assert order.state == "paid"
    assert references() == {f"order:{order.pk}:paid"}
    states = dict(StripeEvent.objects.values_list("type", "state"))
    assert states["checkout.session.completed"] == "done"
    assert states["charge.succeeded"] == "ignored"


def test_what_stripe_does_not_answer_to_is_tried_again_and_given_up(till, offer, listener, told, settings):
    order = order_hold(offer=offer, buyer=listener, now=till.now)
    till.paid_there(order)
    till.stripe.faults({"how": "down"})
    told("checkout.session.completed")
    event = StripeEvent.objects.get()
    assert (event.state, event.tries, event.claim) == ("received", 1, None)
    assert event.error.startswith("StripeUnavailable")
    assert events_run(now=till.now) == 0, "not yet"
    waits = settings.STRIPE_EVENT_RETRY_SECONDS
    later = till.now
    for wait in waits:
        later += timedelta(seconds=wait)
        assert events_run(now=later) == 1
    event.refresh_from_db()
    assert (event.state, event.tries) == ("failed", len(waits) + 1)
    assert Order.objects.get().state == "held"


def test_a_worker_that_dies_lets_go_of_its_events(till, told, settings, bought):
    settings.STRIPE_EVENT_BATCH = 1
    told("checkout.session.completed")
    event = StripeEvent.objects.get()
    # As it would be left by a worker that was killed.
    until = till.now + timedelta(seconds=settings.STRIPE_EVENT_LEASE_SECONDS)
    StripeEvent.objects.update(state="received", claimed_until=until, finished_at=None)
    assert events_run(now=till.now) == 0
    assert events_run(now=until) == 1
    event.refresh_from_db()
    assert event.state == "done"


def test_whatever_breaks_is_kept_for_later(till, told, bought, monkeypatch):
    def broken(*args):
        raise RuntimeError("a fault of ours")

    monkeypatch.setitem(SYNCS, "checkout.session.completed", broken)
    told("checkout.session.completed", "charge.succeeded")
    states = dict(StripeEvent.objects.values_list("type", "state"))
    assert states == {"checkout.session.completed": "received", "charge.succeeded": "ignored"}
    assert StripeEvent.objects.get(state="received").error == "RuntimeError: a fault of ours"


def test_sessions_of_others_are_ignored(till, told, creator):
    """The same account at Stripe may sell other things as well."""
    till.stripe.tell("account", account=creator.stripe_account_id, outcome="complete")
    Order.objects.all().delete()
    assert told() == ["account.updated"] * 2
    assert set(StripeEvent.objects.values_list("state", flat=True)) == {"done"}


def test_what_is_to_be_subscribed_to_is_documented():
    text = (paths.ROOT / "docs" / "operation.md").read_text()
    assert [kind for kind in SYNCS if f"`{kind}`" not in text] == []
