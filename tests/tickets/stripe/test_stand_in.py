"""The stand-in's pages, and its webhooks: signed, doubled, late, out of order, lost, tried again."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from tests.plugins.service import wait_until
from tests.plugins.stripe import StripeControl, StripeServer
from tickets.stand_in.forms import decoded
from tickets.stand_in.server import Server, Settings
from tickets.stripe import gateway, signatures
from tickets.stripe.shapes import CheckoutSession


class Product:
    """Takes webhooks as our site does; answers with `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.taken: list[tuple[bytes, str]] = []
        product = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                product.taken.append((body, self.headers["Stripe-Signature"]))
                self.send_response(product.status)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/"

    @property
    def ids(self) -> list[str]:
        """Of the events that came, each of them signed."""
        events = [signatures.verified(body, header) for body, header in self.taken]
        return [event.id if event else "not signed" for event in events]


@pytest.fixture
def product() -> Iterator[Product]:
    product = Product()
    yield product
    product.server.shutdown()
    product.server.server_close()


@pytest.fixture
def sending(product: Product, settings: Any) -> Iterator[StripeControl]:
    """A stand-in that sends its webhooks to `product`, which the gateway speaks to."""
    server = Server(Settings(0, "sk_test_0", ":memory:", product.url, "whsec_a", "whsec_b"))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    settings.STRIPE_API_KEY, settings.STRIPE_API_BASE = "sk_test_0", url
    settings.STRIPE_WEBHOOK_SECRET, settings.STRIPE_CONNECT_WEBHOOK_SECRET = "whsec_a", "whsec_b"
    yield StripeControl(url, "sk_test_0")
    server.shutdown()
    server.server_close()


def account_made() -> str:
    return gateway.account_create(user_ref="7", email="maya@example.com", idempotency_key="account-7").id


def session_made(account: str) -> CheckoutSession:
    return gateway.checkout_create(
        order_ref="order-1",
        description="<b>Talk</b> & more",
        amount=1000,
        currency="usd",
        application_fee=89,
        destination=account,
        success_url="http://testserver/paid/?session={CHECKOUT_SESSION_ID}",
        cancel_url="http://testserver/back/",
        expires_at=datetime.now(UTC) + timedelta(minutes=31),
        customer_email="ann@example.com",
        metadata={},
        idempotency_key="order-1",
    )


def test_a_creator_sets_up_and_somebody_pays(stripe_server: StripeServer) -> None:
    account = account_made()
    link = gateway.account_link(
        account_id=account, refresh_url="http://testserver/again/", return_url="http://testserver/done/"
    )
    assert "Get paid" in httpx.get(link.url).text
    answer = httpx.post(link.url, data={"do": "complete"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "http://testserver/done/")
    session = session_made(account)
    page = httpx.get(session.url)
    assert "No real money moves" in page.text
    assert "&lt;b&gt;Talk&lt;/b&gt; &amp; more" in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    refused = httpx.post(session.url, data={"do": "refuse"})
    assert "Your card was declined" in refused.text
    assert httpx.post(session.url, data={"do": "cancel"}).headers["Location"] == "http://testserver/back/"
    foreign = httpx.post(session.url, data={"do": "pay"}, headers={"Origin": "http://evil.example"})
    assert foreign.status_code == 403
    assert gateway.checkout_get(session.id).status == "open"
    for _ in range(2):
        paid = httpx.post(session.url, data={"do": "pay"})
        assert paid.headers["Location"] == f"http://testserver/paid/?session={session.id}"
    assert len(stripe_server.events("charge.succeeded")) == 1
    desk = httpx.get(stripe_server.url).text
    assert "$10.00" in desk
    assert "maya@example.com" in desk


def test_a_creator_looks_at_their_account_and_is_paid_out(stripe_server: StripeServer) -> None:
    account = account_made()
    stripe_server.tell("account", account=account, outcome="complete")
    stripe_server.tell("pay", session=session_made(account).id)
    url = gateway.login_link(account).url
    assert "$9.11" in httpx.get(url).text
    httpx.post(url, data={"do": "payout", "currency": "usd"})
    day = {"since": datetime.now(UTC) - timedelta(days=1), "until": datetime.now(UTC) + timedelta(days=1)}
    [payout] = gateway.payouts_all(account=account, **day)
    assert (payout.amount, payout.status) == (911, "pending")
    httpx.post(url, data={"do": "failed", "payout": payout.id})
    failed = gateway.payout_get(payout.id, account)
    assert (failed.status, failed.failure_code) == ("failed", "account_closed")
    assert "$9.11" in httpx.get(url).text
    assert [one["account"] for one in stripe_server.events("payout.created", "payout.failed")] == [
        account
    ] * 2


def test_lists_come_in_pages(stripe_server: StripeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "PAGE_SIZE", 2)
    for amount in (1, 2, 3):
        stripe_server.tell("move", type="charge", amount=amount)
    day = {"since": datetime.now(UTC) - timedelta(days=1), "until": datetime.now(UTC) + timedelta(days=1)}
    assert [one.amount for one in gateway.balance_moves_all(**day)] == [3, 2, 1]


def test_nobody_else_uses_its_api(stripe_server: StripeServer) -> None:
    for path in ("/v1/accounts/acct_1", "/_control/events"):
        assert httpx.get(f"{stripe_server.url}{path}").status_code == 401
    assert httpx.get(f"{stripe_server.url}/nowhere").status_code == 404


def test_webhooks_are_signed_and_tried_again(sending: StripeControl, product: Product) -> None:
    product.status = 500
    account = account_made()
    sending.tell("account", account=account, outcome="complete")
    wait_until(lambda: len(product.taken) == 1, "the webhook comes", 10)
    product.status = 200
    [event] = sending.events()
    wait_until(lambda: product.ids == [event["id"]] * 2, "it comes again", 10)
    assert event["account"] == account


def test_webhooks_double_come_in_any_order_wait_or_get_lost(sending: StripeControl, product: Product) -> None:
    account = account_made()

    def outcome(text: str) -> None:
        sending.tell("account", account=account, outcome=text)

    sending.faults(copies=3, delay=0.05)
    outcome("restricted")
    wait_until(lambda: len(product.taken) == 3, "it comes three times", 10)
    sending.faults(drop=1.0)
    outcome("incomplete")
    sending.faults(hold=True)
    outcome("complete")
    outcome("restricted")
    _, lost, first, second = (event["id"] for event in sending.events())
    sending.tell("release", events=[second, first, second])
    wait_until(lambda: len(product.taken) == 6, "what was held comes", 10)
    assert product.ids[3:] == [second, first, second]
    assert lost not in product.ids


def test_stripes_way_of_writing_forms_is_understood() -> None:
    text = "a[b][0][c]=1&a[b][1][c]=2&expand[]=x&expand[]=y&empty=&plain=z"
    assert decoded(text) == {
        "a": {"b": [{"c": "1"}, {"c": "2"}]},
        "expand": ["x", "y"],
        "empty": "",
        "plain": "z",
    }
