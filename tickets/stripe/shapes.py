"""What Stripe answers, as far as we use it. Amounts are integers in minor units, currencies as Stripe writes them ("usd")."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

Json = dict[str, Any]


def _id(value: Any) -> str:
    """The id in a field that holds one, or the object itself (expanded), or nothing ("")."""
    if isinstance(value, dict):
        return str(value.get("id") or "")
    return str(value or "")


def _moment(value: Any) -> datetime:
    return datetime.fromtimestamp(int(value or 0), UTC)


def _text(value: Any) -> str:
    return str(value or "")


def _went(moves: list[Json], name: str, sign: int) -> int:
    """What the lines of an account come to that go one way."""
    return sum(max(0, sign * int(move.get(name) or 0)) for move in moves)


@dataclass(frozen=True, slots=True)
class CheckoutSession:
    """A page on which one pays. `status` is open, complete or expired, `payment_status` paid, unpaid or no_payment_required.

    `url` is where to pay, while it is open; `payment_intent_id` is "" until somebody has paid.
    """

    id: str
    url: str
    status: str
    payment_status: str
    payment_intent_id: str
    amount_total: int
    currency: str
    expires_at: datetime
    metadata: Json = field(default_factory=dict)

    @property
    def is_paid(self) -> bool:
        """Whether the money has come in."""
        return self.payment_status == "paid"

    @classmethod
    def of(cls, data: Json) -> Self:
        """From Stripe's object."""
        return cls(
            id=_id(data),
            url=_text(data.get("url")),
            status=_text(data.get("status")),
            payment_status=_text(data.get("payment_status")),
            payment_intent_id=_id(data.get("payment_intent")),
            amount_total=int(data.get("amount_total") or 0),
            currency=_text(data.get("currency")),
            expires_at=_moment(data.get("expires_at")),
            metadata=dict(data.get("metadata") or {}),
        )


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment intent with the charge it came to, and the transfer to the creator."""

    id: str
    status: str
    amount: int
    currency: str
    charge_id: str
    transfer_id: str
    application_fee: int
    amount_refunded: int
    metadata: Json = field(default_factory=dict)

    @classmethod
    def of(cls, data: Json) -> Self:
        """From Stripe's object with its `latest_charge` expanded."""
        charge = data.get("latest_charge")
        charge = charge if isinstance(charge, dict) else {}
        return cls(
            id=_id(data),
            status=_text(data.get("status")),
            amount=int(data.get("amount") or 0),
            currency=_text(data.get("currency")),
            charge_id=_id(data.get("latest_charge")),
            transfer_id=_id(charge.get("transfer")),
            application_fee=int(charge.get("application_fee_amount") or 0),
            amount_refunded=int(charge.get("amount_refunded") or 0),
            metadata=dict(data.get("metadata") or {}),
        )


@dataclass(frozen=True, slots=True)
class RefundResult:
    """A refund. `status` is pending, requires_action, succeeded, failed or canceled."""

    id: str
    status: str
    amount: int
    currency: str
    payment_intent_id: str
    failure_reason: str
    metadata: Json = field(default_factory=dict)

    @classmethod
    def of(cls, data: Json) -> Self:
        """From Stripe's object."""
        return cls(
            id=_id(data),
            status=_text(data.get("status")),
            amount=int(data.get("amount") or 0),
            currency=_text(data.get("currency")),
            payment_intent_id=_id(data.get("payment_intent")),
            failure_reason=_text(data.get("failure_reason")),
            metadata=dict(data.get("metadata") or {}),
        )


@dataclass(frozen=True, slots=True)
class Account:
    """A creator's connected account, and what Stripe still wants to know of them (`requirements`, names of fields)."""

    id: str
    email: str
    country: str
    currency: str
    details_submitted: bool
    charges_enabled: bool
    payouts_enabled: bool
    may_receive: bool
    disabled_reason: str
    requirements: Json
    metadata: Json = field(default_factory=dict)

    @classmethod
    def of(cls, data: Json) -> Self:
        """From Stripe's object. `may_receive` is its capability `transfers`: our charges go to it by transfer."""
        wanted = data.get("requirements") or {}
        names = ("currently_due", "past_due", "pending_verification", "eventually_due")
        requirements: Json = {name: list(wanted.get(name) or ()) for name in names}
        requirements["current_deadline"] = wanted.get("current_deadline")
        return cls(
            id=_id(data),
            email=_text(data.get("email")),
            country=_text(data.get("country")),
            currency=_text(data.get("default_currency")),
            details_submitted=bool(data.get("details_submitted")),
            charges_enabled=bool(data.get("charges_enabled")),
            payouts_enabled=bool(data.get("payouts_enabled")),
            may_receive=(data.get("capabilities") or {}).get("transfers") == "active",
            disabled_reason=_text(wanted.get("disabled_reason")),
            requirements=requirements,
            metadata=dict(data.get("metadata") or {}),
        )


@dataclass(frozen=True, slots=True)
class Link:
    """A page of Stripe's for one person: to be followed at once, since it works once and for minutes."""

    url: str
    expires_at: datetime | None

    @classmethod
    def of(cls, data: Json) -> Self:
        """From an account link, or a login link (which says nothing about its end)."""
        until = data.get("expires_at")
        return cls(url=_text(data.get("url")), expires_at=_moment(until) if until else None)


@dataclass(frozen=True, slots=True)
class EventFacts:
    """Something that happened: which object is to be read again, and whose. `account` is "" for our own."""

    id: str
    type: str
    account: str
    created_at: datetime
    object_type: str
    object_id: str

    @classmethod
    def of(cls, data: Json) -> Self:
        """From Stripe's object. What is missing is ""."""
        inner = data.get("data")
        inner = inner.get("object") if isinstance(inner, dict) else None
        inner = inner if isinstance(inner, dict) else {}
        return cls(
            id=_id(data),
            type=_text(data.get("type")),
            account=_text(data.get("account")),
            created_at=_moment(data.get("created")),
            object_type=_text(inner.get("object")),
            object_id=_id(inner),
        )


@dataclass(frozen=True, slots=True)
class DisputeFacts:
    """A buyer's bank wants the money back.

    `status`: needs_response, under_review, won, lost, and warning_* (an inquiry, which takes no money). By now `withdrawn` (all
    of it, or nothing) has left our balance for it, and `reinstated` has come back; beside these, Stripe's `fee`, and what of
    that was returned, in the currency of our balance (`fee_currency`).
    """

    id: str
    status: str
    reason: str
    amount: int
    currency: str
    payment_intent_id: str
    charge_id: str
    created_at: datetime
    evidence_due_at: datetime | None
    withdrawn: int
    reinstated: int
    fee: int
    fee_returned: int
    fee_currency: str

    @classmethod
    def of(cls, data: Json) -> Self:
        """From Stripe's object."""
        moves = [move for move in data.get("balance_transactions") or () if isinstance(move, dict)]
        amount = int(data.get("amount") or 0)
        due = (data.get("evidence_details") or {}).get("due_by")
        return cls(
            id=_id(data),
            status=_text(data.get("status")),
            reason=_text(data.get("reason")),
            amount=amount,
            currency=_text(data.get("currency")),
            payment_intent_id=_id(data.get("payment_intent")),
            charge_id=_id(data.get("charge")),
            created_at=_moment(data.get("created")),
            evidence_due_at=_moment(due) if due else None,
            withdrawn=amount if _went(moves, "amount", -1) else 0,
            reinstated=amount if _went(moves, "amount", 1) else 0,
            fee=_went(moves, "fee", 1),
            fee_returned=_went(moves, "fee", -1),
            fee_currency=_text(moves[0].get("currency")) if moves else "",
        )


@dataclass(frozen=True, slots=True)
class PayoutFacts:
    """Money on its way from a creator's balance to their bank. `status`: pending, in_transit, paid, failed or canceled."""

    id: str
    status: str
    amount: int
    currency: str
    created_at: datetime
    arrival_at: datetime
    failure_code: str
    failure_message: str

    @classmethod
    def of(cls, data: Json) -> Self:
        """From Stripe's object."""
        return cls(
            id=_id(data),
            status=_text(data.get("status")),
            amount=int(data.get("amount") or 0),
            currency=_text(data.get("currency")),
            created_at=_moment(data.get("created")),
            arrival_at=_moment(data.get("arrival_date")),
            failure_code=_text(data.get("failure_code")),
            failure_message=_text(data.get("failure_message")),
        )


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money moved to a creator's balance (`tr_`), or back from it (`trr_`)."""

    id: str
    amount: int
    currency: str

    @classmethod
    def of(cls, data: Json) -> Self:
        """From a transfer, or the reversal of one."""
        return cls(id=_id(data), amount=int(data.get("amount") or 0), currency=_text(data.get("currency")))


@dataclass(frozen=True, slots=True)
class BalanceMove:
    """A line of our account at Stripe. `amount` is signed (negative: it left us), in the currency of our balance.

    `source_id` is what it is about (`ch_`, `re_`, `dp_`, `fee_` …); the other names with `source_`, and `application_fee`, are
    that thing's own, in the currency that was paid in.
    """

    id: str
    type: str
    amount: int
    currency: str
    created_at: datetime
    source_id: str
    source_type: str
    source_amount: int
    source_currency: str
    source_metadata: Json
    application_fee: int

    @classmethod
    def of(cls, data: Json) -> Self:
        """From Stripe's object with its `source` expanded."""
        source = data.get("source")
        whole: Json = source if isinstance(source, dict) else {}
        return cls(
            id=_id(data),
            type=_text(data.get("type")),
            amount=int(data.get("amount") or 0),
            currency=_text(data.get("currency")),
            created_at=_moment(data.get("created")),
            source_id=_id(source),
            source_type=_text(whole.get("object")),
            source_amount=int(whole.get("amount") or 0),
            source_currency=_text(whole.get("currency")),
            source_metadata=dict(whole.get("metadata") or {}),
            application_fee=int(whole.get("application_fee_amount") or 0),
        )
