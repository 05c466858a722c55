"""Every call to Stripe that Spaces makes, one function each. Synchronous, with a time-out: never call one in a transaction.

What changes something takes an idempotency key: the same key does it once, however often it is asked for. All of them raise
StripeUnavailable (try again with the same key), StripeRefused (do not), and PaymentsOff where there is no key.

Money comes in by destination charges (Connect): the buyer pays us, the sum goes on to the creator's account, and the
application fee comes back from it. So Stripe shows three lines for a sale (`charge`, `transfer`, `application_fee`).
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.conf import settings
from stripe import StripeClient

from tickets.stripe.client import call
from tickets.stripe.shapes import (
    Account,
    BalanceMove,
    CheckoutSession,
    DisputeFacts,
    Json,
    Link,
    Payment,
    PayoutFacts,
    RefundResult,
    Transfer,
)

Item = TypeVar("Item")

# The longest page that Stripe gives.
PAGE_SIZE = 100
# Stripe's own bounds of `expires_at`, in minutes from the creation.
CHECKOUT_MIN_MINUTES = 30
CHECKOUT_MAX_MINUTES = 24 * 60


# Paying


def checkout_create(
    *,
    order_ref: str,
    description: str,
    amount: int,
    currency: str,
    application_fee: int,
    destination: str,
    success_url: str,
    cancel_url: str,
    expires_at: datetime,
    customer_email: str,
    metadata: Mapping[str, str],
    idempotency_key: str,
) -> CheckoutSession:
    """Make the page on which `amount` is paid for the creator's account `destination`.

    We keep `application_fee` of it. `{CHECKOUT_SESSION_ID}` in `success_url` becomes the session's id. `expires_at` is from 30
    minutes to 24 hours ahead. `metadata` is kept with the session and with the payment.
    """
    kept = dict(metadata)
    payment: Json = {
        "transfer_data": {"destination": destination},
        "metadata": kept,
        "description": description,
    }
    if application_fee:
        payment["application_fee_amount"] = application_fee
    price: Json = {"currency": currency, "unit_amount": amount, "product_data": {"name": description}}
    params: Json = {
        "mode": "payment",
        # Cards, and the wallets that hold them: money that comes at once. A seat is not held for days.
        "payment_method_types": ["card"],
        "client_reference_id": order_ref,
        "line_items": [{"quantity": 1, "price_data": price}],
        "payment_intent_data": payment,
        "success_url": success_url,
        "cancel_url": cancel_url,
        "expires_at": int(expires_at.timestamp()),
        "metadata": kept,
    }
    if customer_email:
        params["customer_email"] = customer_email
    return CheckoutSession.of(
        call(lambda stripe: stripe.v1.checkout.sessions.create(params, _once(idempotency_key)))  # type: ignore[arg-type]
    )


def checkout_get(session_id: str) -> CheckoutSession:
    """Read a session."""
    return CheckoutSession.of(call(lambda stripe: stripe.v1.checkout.sessions.retrieve(session_id)))


def checkout_expire(session_id: str) -> CheckoutSession:
    """Close a session that is open: nobody can pay there any more. StripeRefused when somebody has, or it is closed already."""
    return CheckoutSession.of(call(lambda stripe: stripe.v1.checkout.sessions.expire(session_id)))


def payment_get(payment_intent_id: str) -> Payment:
    """Read a payment with its charge."""
    expanded: Any = {"expand": ["latest_charge"]}
    return Payment.of(
        call(lambda stripe: stripe.v1.payment_intents.retrieve(payment_intent_id, expanded)),
    )


# Paying back


def refund_create(
    *,
    payment_intent_id: str,
    amount: int,
    reason: str,
    idempotency_key: str,
    reverse_transfer: bool = True,
    refund_application_fee: bool = True,
) -> RefundResult:
    """Pay `amount` back. The creator's share of it comes from their account, ours from the application fee, in proportion."""
    params: Any = {
        "payment_intent": payment_intent_id,
        "amount": amount,
        "reverse_transfer": reverse_transfer,
        "refund_application_fee": refund_application_fee,
        # The key shows whose it is, should the answer get lost and a webhook come first.
        "metadata": {"reason": reason, "key": idempotency_key},
    }
    return RefundResult.of(call(lambda stripe: stripe.v1.refunds.create(params, _once(idempotency_key))))


def refund_get(refund_id: str) -> RefundResult:
    """Read a refund: one that has succeeded may still fail, days later."""
    return RefundResult.of(call(lambda stripe: stripe.v1.refunds.retrieve(refund_id)))


def refunds_list(payment_intent_id: str) -> list[RefundResult]:
    """Read all refunds of a payment."""
    params: Any = {"payment_intent": payment_intent_id, "limit": PAGE_SIZE}
    return list(_all(lambda stripe: stripe.v1.refunds.list(params), params, RefundResult.of))


# Creators' accounts


def account_create(*, user_ref: str, email: str, idempotency_key: str) -> Account:
    """Make an Express account for a creator, who is yet to tell Stripe who they are (`account_link`)."""
    params: Json = {
        "type": "express",
        "metadata": {"user": user_ref},
        "capabilities": {"card_payments": {"requested": True}, "transfers": {"requested": True}},
    }
    if email:
        params["email"] = email
    if settings.STRIPE_ACCOUNT_COUNTRY:
        params["country"] = settings.STRIPE_ACCOUNT_COUNTRY
    return Account.of(
        call(lambda stripe: stripe.v1.accounts.create(params, _once(idempotency_key)))  # type: ignore[arg-type]
    )


def account_get(account_id: str) -> Account:
    """Read a creator's account."""
    return Account.of(call(lambda stripe: stripe.v1.accounts.retrieve(account_id)))


def account_link(*, account_id: str, refresh_url: str, return_url: str) -> Link:
    """Make a link to the page where a creator tells Stripe who they are.

    They come back to `return_url` whether they are done or not, and to `refresh_url` when the link was used before.
    """
    params: Any = {
        "account": account_id,
        "type": "account_onboarding",
        "refresh_url": refresh_url,
        "return_url": return_url,
    }
    return Link.of(call(lambda stripe: stripe.v1.account_links.create(params)))


def login_link(account_id: str) -> Link:
    """Make a link to a creator's own pages at Stripe. StripeRefused while they have not told who they are."""
    return Link.of(call(lambda stripe: stripe.v1.accounts.login_links.create(account_id)))


# What has happened


def dispute_get(dispute_id: str) -> DisputeFacts:
    """Read a dispute."""
    return DisputeFacts.of(call(lambda stripe: stripe.v1.disputes.retrieve(dispute_id)))


def disputes_all(*, since: datetime, until: datetime) -> Iterator[DisputeFacts]:
    """Read disputes that were opened from `since` until before `until`, the newest first, page by page."""
    params: Any = _within(since, until)
    return _all(lambda stripe: stripe.v1.disputes.list(params), params, DisputeFacts.of)


def payout_get(payout_id: str, account: str) -> PayoutFacts:
    """Read a payout of a creator's account."""
    return PayoutFacts.of(call(lambda stripe: stripe.v1.payouts.retrieve(payout_id, None, _as(account))))


def payouts_all(*, account: str, since: datetime, until: datetime) -> Iterator[PayoutFacts]:
    """Read payouts of a creator's account that were made from `since` until before `until`, the newest first, page by page."""
    params: Any = _within(since, until)
    return _all(lambda stripe: stripe.v1.payouts.list(params, _as(account)), params, PayoutFacts.of)


def balance_moves_all(*, since: datetime, until: datetime) -> Iterator[BalanceMove]:
    """Read the lines of our own account at Stripe from `since` until before `until`, the newest first, page by page."""
    params: Any = {**_within(since, until), "expand": ["data.source"]}
    return _all(lambda stripe: stripe.v1.balance_transactions.list(params), params, BalanceMove.of)


# A dispute's part of the creator


def transfer_reverse(*, transfer_id: str, amount: int, reason: str, idempotency_key: str) -> Transfer:
    """Take `amount` of what was transferred for a sale back from the creator's account."""
    params: Any = {"amount": amount, "metadata": {"reason": reason}}
    return Transfer.of(
        call(lambda stripe: stripe.v1.transfers.reversals.create(transfer_id, params, _once(idempotency_key)))
    )


def transfer_create(
    *, destination: str, amount: int, currency: str, reason: str, idempotency_key: str
) -> Transfer:
    """Give `amount` of our balance to a creator's account: what a dispute took that was won after all."""
    params: Any = {
        "destination": destination,
        "amount": amount,
        "currency": currency,
        "metadata": {"reason": reason},
    }
    return Transfer.of(call(lambda stripe: stripe.v1.transfers.create(params, _once(idempotency_key))))


def _once(idempotency_key: str) -> Any:
    return {"idempotency_key": idempotency_key}


def _as(account: str) -> Any:
    """Ask in the name of a creator's account."""
    return {"stripe_account": account}


def _within(since: datetime, until: datetime) -> Json:
    return {"created": {"gte": int(since.timestamp()), "lt": int(until.timestamp())}, "limit": PAGE_SIZE}


def _all(
    request: Callable[[StripeClient], Any], params: Json, read: Callable[[Json], Item]
) -> Iterator[Item]:
    """Every item of a list; `request` reads one page of it, as `params` say at that moment."""
    while True:
        page = call(request)
        rows = page.get("data") or []
        yield from map(read, rows)
        if not (page.get("has_more") and rows):
            return
        params["starting_after"] = rows[-1]["id"]
