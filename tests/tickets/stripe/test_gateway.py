"""The gateway against the stand-in, over HTTP: paying, paying back, accounts; and Stripe down, slow, its answers lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.plugins.stripe import StripeServer
from tickets.stripe import gateway
from tickets.stripe.errors import CardRefused, PaymentsOff, StripeRefused, StripeUnavailable
from tickets.stripe.shapes import CheckoutSession


@pytest.fixture
def account(stripe_server: StripeServer) -> str:
    """A creator's account that may be paid."""
    made = gateway.account_create(user_ref="7", email="maya@example.com", idempotency_key="account-7")
    stripe_server.tell("account", account=made.id, outcome="complete")
    return made.id


def checkout(account: str, key: str = "order-1", **changes: Any) -> CheckoutSession:
    wishes: dict[str, Any] = {
        "order_ref": key,
        "description": "A ticket",
        "amount": 1000,
        "currency": "usd",
        "application_fee": 89,
        "destination": account,
        "success_url": "http://testserver/paid/?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://testserver/back/",
        "expires_at": datetime.now(UTC) + timedelta(minutes=31),
        "customer_email": "ann@example.com",
        "metadata": {"order": key},
        "idempotency_key": key,
    }
    return gateway.checkout_create(**wishes | changes)


def balance(server: StripeServer, account: str = "") -> int:
    found: int = server.tell("balance", account=account).get("usd", 0)
    return found


def test_a_payment_goes_to_the_creator_less_our_fee(stripe_server: StripeServer, account: str) -> None:
    session = checkout(account)
    assert (session.status, session.is_paid, session.payment_intent_id) == ("open", False, "")
    assert session.url.startswith(stripe_server.url)
    stripe_server.tell("pay", session=session.id)
    paid = gateway.checkout_get(session.id)
    assert (paid.status, paid.is_paid, paid.amount_total) == ("complete", True, 1000)
    assert paid.metadata == {"order": "order-1"}
    payment = gateway.payment_get(paid.payment_intent_id)
    assert (payment.status, payment.amount, payment.application_fee) == ("succeeded", 1000, 89)
    assert payment.transfer_id
    assert payment.metadata == {"order": "order-1"}
    # The card costs us 59.
    assert (balance(stripe_server, account), balance(stripe_server)) == (911, 30)


def test_what_is_paid_back_comes_from_both_in_proportion(stripe_server: StripeServer, account: str) -> None:
    session = checkout(account)
    stripe_server.tell("pay", session=session.id)
    payment = gateway.checkout_get(session.id).payment_intent_id
    half: dict[str, Any] = {"payment_intent_id": payment, "amount": 500, "reason": "host"}
    first = gateway.refund_create(**half, idempotency_key="refund-1")
    assert (first.status, first.amount, first.metadata) == (
        "succeeded",
        500,
        {"reason": "host", "key": "refund-1"},
    )
    assert gateway.refund_create(**half, idempotency_key="refund-1") == first, "done twice is done once"
    assert balance(stripe_server, account) == 911 - 500 + 44
    with pytest.raises(StripeRefused, match="greater than unrefunded"):
        gateway.refund_create(**half | {"amount": 501}, idempotency_key="refund-2")
    gateway.refund_create(**half, idempotency_key="refund-3")
    assert (balance(stripe_server, account), balance(stripe_server)) == (0, -59)
    with pytest.raises(StripeRefused) as refused:
        gateway.refund_create(**half, idempotency_key="refund-4")
    assert refused.value.stripe_code == "charge_already_refunded"
    assert [one.amount for one in gateway.refunds_list(payment)] == [500, 500]
    assert gateway.refund_get(first.id) == first


def test_one_key_is_for_one_request(account: str) -> None:
    first = checkout(account, expires_at=soon())
    assert checkout(account, expires_at=soon()).id == first.id
    with pytest.raises(StripeRefused, match="same parameters"):
        checkout(account, amount=2000, expires_at=soon())


def soon() -> datetime:
    """The same moment all day."""
    return datetime.now(UTC).replace(microsecond=0, second=0) + timedelta(minutes=45)


def test_a_session_that_is_closed_cannot_be_paid(stripe_server: StripeServer, account: str) -> None:
    session = checkout(account)
    closed = gateway.checkout_expire(session.id)
    assert (closed.status, closed.url) == ("expired", "")
    with pytest.raises(StripeRefused, match="expired"):
        gateway.checkout_expire(session.id)
    with pytest.raises(StripeRefused) as refused:
        gateway.checkout_get("cs_of_nobody")
    assert refused.value.is_missing


def test_who_may_not_be_paid_sells_nothing(stripe_server: StripeServer) -> None:
    made = gateway.account_create(user_ref="8", email="", idempotency_key="account-8")
    assert (made.charges_enabled, made.may_receive, made.details_submitted) == (False, False, False)
    assert made.requirements["currently_due"]
    with pytest.raises(StripeRefused) as refused:
        checkout(made.id)
    assert refused.value.stripe_code == "insufficient_capabilities_for_transfer"
    with pytest.raises(StripeRefused):
        gateway.login_link(made.id)
    stripe_server.tell("account", account=made.id, outcome="restricted")
    told = gateway.account_get(made.id)
    assert told.details_submitted
    assert not told.charges_enabled
    assert told.disabled_reason == "requirements.past_due"
    assert gateway.login_link(made.id).url


class TestTrouble:
    """What is not answered is asked again, and happens once."""

    def test_without_a_key_nothing_is_asked(self, settings: Any) -> None:
        settings.STRIPE_API_KEY = ""
        with pytest.raises(PaymentsOff):
            gateway.account_get("acct_1")

    def test_nobody_there(self, settings: Any) -> None:
        settings.STRIPE_API_BASE, settings.STRIPE_RETRIES = "http://127.0.0.1:9", 0
        with pytest.raises(StripeUnavailable):
            gateway.account_get("acct_1")

    @pytest.mark.parametrize("how", ["down", "error", "limited"])
    def test_no_answer_of_use(
        self, stripe_server: StripeServer, account: str, settings: Any, how: str
    ) -> None:
        settings.STRIPE_RETRIES = 0
        stripe_server.faults({"how": how, "path": "checkout", "times": 1})
        with pytest.raises(StripeUnavailable):
            checkout(account)
        assert checkout(account, "order-2").status == "open"

    def test_a_lost_answer_is_asked_for_again_at_once(
        self, stripe_server: StripeServer, account: str
    ) -> None:
        stripe_server.faults({"how": "lost", "path": "checkout", "times": 1})
        session = checkout(account)
        stripe_server.tell("pay", session=session.id)
        payment = gateway.checkout_get(session.id).payment_intent_id
        stripe_server.faults({"how": "lost", "path": "refunds", "times": 1})
        refund = gateway.refund_create(
            payment_intent_id=payment, amount=400, reason="staff", idempotency_key="refund-1"
        )
        assert gateway.refunds_list(payment) == [refund]

    def test_what_takes_too_long_is_given_up_and_is_the_same_later(
        self, stripe_server: StripeServer, account: str, settings: Any
    ) -> None:
        settings.STRIPE_TIMEOUT_SECONDS, settings.STRIPE_RETRIES = 0.3, 0
        stripe_server.faults({"how": "slow", "path": "checkout", "times": 1, "seconds": 0.6})
        wishes: dict[str, Any] = {"expires_at": soon()}
        with pytest.raises(StripeUnavailable):
            checkout(account, **wishes)
        # While the first one is under way.
        with pytest.raises(StripeUnavailable):
            checkout(account, **wishes)
        settings.STRIPE_RETRIES = 3
        session = checkout(account, **wishes)
        assert gateway.checkout_get(session.id).status == "open"

    def test_a_card_that_is_refused_over_the_api(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Checkout shows refusals itself; what else is refused with 402 has its own error."""
        import stripe

        from tickets.stripe.client import call

        def refuse(client: stripe.StripeClient) -> Any:
            raise stripe.CardError("Declined.", None, "card_declined", http_status=402)

        with pytest.raises(CardRefused) as refused:
            call(refuse)
        assert (refused.value.status, refused.value.stripe_code) == (402, "card_declined")
