"""Every call of the gateway, checked by Stripe's own stripe-mock against the description of its API."""

import inspect
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tickets.stripe import gateway
from tickets.stripe.client import call
from tickets.stripe.errors import StripeRefused

NOW = datetime.now(UTC)
DAY: dict[str, Any] = {"since": NOW - timedelta(days=1), "until": NOW}
CHECKOUT: dict[str, Any] = {
    "order_ref": "order-1",
    "description": "A ticket",
    "amount": 1000,
    "currency": "usd",
    "application_fee": 89,
    "destination": "acct_1",
    "success_url": "https://spaces.example.org/?session={CHECKOUT_SESSION_ID}",
    "cancel_url": "https://spaces.example.org/",
    "expires_at": NOW + timedelta(minutes=31),
    "customer_email": "ann@example.com",
    "metadata": {"order": "order-1"},
    "idempotency_key": "order-1",
}
CALLS: dict[str, Callable[[], Any]] = {
    "checkout_create": lambda: gateway.checkout_create(**CHECKOUT),
    "checkout_get": lambda: gateway.checkout_get("cs_1"),
    "checkout_expire": lambda: gateway.checkout_expire("cs_1"),
    "payment_get": lambda: gateway.payment_get("pi_1"),
    "refund_create": lambda: gateway.refund_create(
        payment_intent_id="pi_1", amount=5, reason="host", idempotency_key="refund-1"
    ),
    "refund_get": lambda: gateway.refund_get("re_1"),
    "refunds_list": lambda: gateway.refunds_list("pi_1"),
    "account_create": lambda: gateway.account_create(
        user_ref="7", email="maya@example.com", idempotency_key="account-7"
    ),
    "account_get": lambda: gateway.account_get("acct_1"),
    "account_link": lambda: gateway.account_link(
        account_id="acct_1",
        refresh_url="https://spaces.example.org/",
        return_url="https://spaces.example.org/",
    ),
    "login_link": lambda: gateway.login_link("acct_1"),
    "dispute_get": lambda: gateway.dispute_get("dp_1"),
    "disputes_all": lambda: list(gateway.disputes_all(**DAY)),
    "payout_get": lambda: gateway.payout_get("po_1", "acct_1"),
    "payouts_all": lambda: list(gateway.payouts_all(account="acct_1", **DAY)),
    "balance_moves_all": lambda: list(gateway.balance_moves_all(**DAY)),
    "transfer_reverse": lambda: gateway.transfer_reverse(
        transfer_id="tr_1", amount=5, reason="dispute", idempotency_key="dispute-1"
    ),
    "transfer_create": lambda: gateway.transfer_create(
        destination="acct_1", amount=5, currency="usd", reason="dispute", idempotency_key="dispute-2"
    ),
}


@pytest.fixture(autouse=True)
def mock(stripe_mock_url: str, settings: Any) -> None:
    settings.STRIPE_API_BASE = stripe_mock_url
    settings.STRIPE_ACCOUNT_COUNTRY = "US"


def test_every_call_is_in_the_list() -> None:
    made = {
        name
        for name, function in inspect.getmembers(gateway, inspect.isfunction)
        if function.__module__ == gateway.__name__ and not name.startswith("_")
    }
    assert made == set(CALLS)


@pytest.mark.parametrize("name", CALLS)
def test_stripe_knows_the_request_and_we_its_answer(name: str) -> None:
    answer = CALLS[name]()
    for item in answer if isinstance(answer, list) else [answer]:
        assert getattr(item, "id", None) or item.url


def test_a_free_sale_and_a_buyer_without_address_leave_out_what_may_not_be_empty() -> None:
    assert gateway.checkout_create(**CHECKOUT | {"application_fee": 0, "customer_email": ""}).id


def test_what_stripe_does_not_know_is_refused() -> None:
    """So that the tests above can fail."""
    wrong: Any = {"payment_intent": "pi_1", "amont": 5}
    with pytest.raises(StripeRefused):
        call(lambda stripe: stripe.v1.refunds.create(wrong))
