"""Money: what a destination charge, a refund, a dispute and a payout do to balances, and the events they cause."""

import time
from typing import Any

from tickets.stand_in.errors import ApiError, missing
from tickets.stand_in.events import Events
from tickets.stand_in.store import Json, Store

# What Stripe takes of a payment (2.9% and 30) and of a dispute, in minor units.
_FEE_BASIS_POINTS, _FEE_FIXED = 290, 30
_DISPUTE_FEE = 1500
_CHECKOUT_SECONDS = (30 * 60, 24 * 3600)


class Payments:
    """Everything that moves money. Each method is one change."""

    def __init__(self, store: Store, events: Events) -> None:
        self._store, self._events = store, events

    def found(self, kind: str, key: str, *, account: str | None = "") -> Json:
        """An object that there is. Raises ApiError (404)."""
        one = self._store.get(kind, key, owner=account)
        if one is None:
            raise missing(kind, key)
        return one

    # Checkout

    def session_create(self, wishes: Json, origin: str) -> Json:
        """A page to pay on."""
        now = int(time.time())
        line = wishes["line_items"][0]
        price = line["price_data"]
        amount = int(price["unit_amount"]) * int(line.get("quantity", 1))
        expires_at = int(wishes.get("expires_at") or now + _CHECKOUT_SECONDS[1])
        least, most = _CHECKOUT_SECONDS
        # A minute for the way here: the other side counts from when it asked.
        if not least - 60 <= expires_at - now <= most + 60:
            raise ApiError(
                "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation.",
                param="expires_at",
            )
        payment = wishes.get("payment_intent_data") or {}
        destination = (payment.get("transfer_data") or {}).get("destination", "")
        fee = int(payment.get("application_fee_amount") or 0)
        self._check_destination(destination)
        if fee > amount:
            raise ApiError(
                "The application fee may not be greater than the amount.",
                param="payment_intent_data[application_fee_amount]",
            )
        session = self._store.add(
            "checkout.session",
            "cs_test",
            mode="payment",
            status="open",
            payment_status="unpaid",
            payment_intent=None,
            amount_total=amount,
            currency=price["currency"],
            expires_at=expires_at,
            success_url=wishes["success_url"],
            cancel_url=wishes.get("cancel_url"),
            customer_email=wishes.get("customer_email"),
            client_reference_id=wishes.get("client_reference_id"),
            metadata=wishes.get("metadata") or {},
            description=price["product_data"]["name"],
            payment={
                "destination": destination,
                "application_fee": fee,
                "metadata": payment.get("metadata") or {},
            },
        )
        session["url"] = f"{origin}/pay/{session['id']}"
        self._store.save(session)
        return session

    def _check_destination(self, account_id: str) -> None:
        account = self.found("account", account_id, account=None)
        if account["capabilities"]["transfers"] != "active":
            raise ApiError(
                "Your destination account needs to have at least one of the following capabilities enabled: transfers, "
                "crypto_transfers, legacy_payments",
                code="insufficient_capabilities_for_transfer",
            )

    def session_get(self, key: str) -> Json:
        """A session as it is now: its time may have run out."""
        session = self.found("checkout.session", key)
        if session["status"] == "open" and session["expires_at"] <= time.time():
            session = self._close(session)
        return session

    def session_expire(self, key: str) -> Json:
        """Nobody can pay there any more."""
        session = self.session_get(key)
        if session["status"] != "open":
            raise ApiError(
                'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout Session\'s status is '
                f'"{session["status"]}".'
            )
        return self._close(session)

    def _close(self, session: Json) -> Json:
        session |= {"status": "expired", "url": None}
        self._store.save(session)
        self._events.emit("checkout.session.expired", session)
        return session

    def pay(self, key: str) -> Json:
        """Somebody pays: charge, transfer to the creator, our fee back."""
        session = self.session_get(key)
        if session["status"] != "open":
            raise ApiError("This Checkout Session is no longer open.")
        plan, amount, currency = session["payment"], session["amount_total"], session["currency"]
        self._check_destination(plan["destination"])
        intent = self._store.add(
            "payment_intent",
            "pi",
            amount=amount,
            currency=currency,
            status="succeeded",
            metadata=plan["metadata"],
        )
        charge = self._store.add(
            "charge",
            "ch",
            amount=amount,
            currency=currency,
            status="succeeded",
            payment_intent=intent["id"],
            amount_refunded=0,
            refunded=False,
            disputed=False,
            metadata=plan["metadata"],
            application_fee_amount=plan["application_fee"] or None,
            transfer_data={"destination": plan["destination"]},
        )
        transfer = self._store.add(
            "transfer",
            "tr",
            amount=amount,
            currency=currency,
            destination=plan["destination"],
            source_transaction=charge["id"],
            amount_reversed=0,
            metadata={},
        )
        charge["transfer"] = transfer["id"]
        intent["latest_charge"] = charge["id"]
        cost = amount * _FEE_BASIS_POINTS // 10_000 + _FEE_FIXED
        self.move("charge", amount, currency, charge["id"], fee=cost)
        self.move("transfer", -amount, currency, transfer["id"])
        self.move(
            "payment",
            amount,
            currency,
            charge["id"],
            fee=plan["application_fee"],
            account=plan["destination"],
        )
        if plan["application_fee"]:
            fee = self._store.add(
                "application_fee",
                "fee",
                amount=plan["application_fee"],
                amount_refunded=0,
                currency=currency,
                charge=charge["id"],
                account=plan["destination"],
            )
            charge["application_fee"] = fee["id"]
            self.move("application_fee", fee["amount"], currency, fee["id"])
        session |= {
            "status": "complete",
            "payment_status": "paid",
            "url": None,
            "payment_intent": intent["id"],
        }
        for changed in (intent, charge, session):
            self._store.save(changed)
        self._events.emit("payment_intent.succeeded", intent)
        self._events.emit("charge.succeeded", charge)
        self._events.emit("checkout.session.completed", session)
        return session

    def refuse(self, key: str) -> Json:
        """The card is refused; the page stays open."""
        session = self.session_get(key)
        failed = {"id": session["id"], "object": "payment_intent", "status": "requires_payment_method"}
        self._events.emit("payment_intent.payment_failed", failed)
        return session

    # Refunds

    def refund(self, wishes: Json) -> Json:
        """Pay back, with the creator's share and the fee's in proportion."""
        intent = self.found("payment_intent", wishes.get("payment_intent", ""))
        charge = self.found("charge", intent["latest_charge"])
        left = charge["amount"] - charge["amount_refunded"]
        amount = int(wishes.get("amount") or left)
        if charge["disputed"]:
            raise ApiError(f"Charge {charge['id']} has been charged back.", code="charge_disputed")
        if not left:
            raise ApiError(
                f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded"
            )
        if not 0 < amount <= left:
            raise ApiError(
                f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})",
                param="amount",
            )
        currency = charge["currency"]
        refund = self._store.add(
            "refund",
            "re",
            amount=amount,
            currency=currency,
            payment_intent=intent["id"],
            charge=charge["id"],
            status="succeeded",
            failure_reason=None,
            metadata=wishes.get("metadata") or {},
        )
        self.move("refund", -amount, currency, refund["id"])
        charge["amount_refunded"] += amount
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]
        self._store.save(charge)
        if wishes.get("reverse_transfer") == "true":
            self.transfer_reverse(charge["transfer"], amount, {}, refund=refund["id"])
        if wishes.get("refund_application_fee") == "true" and charge.get("application_fee"):
            self._fee_back(charge)
        self._events.emit("refund.created", refund)
        self._events.emit("charge.refunded", charge)
        return refund

    def _fee_back(self, charge: Json) -> None:
        """As much of the fee as has been paid back of the charge, all of it with the last part."""
        fee = self.found("application_fee", charge["application_fee"])
        due = fee["amount"] * charge["amount_refunded"] // charge["amount"] - fee["amount_refunded"]
        if due <= 0:
            return
        fee["amount_refunded"] += due
        self._store.save(fee)
        self.move("application_fee_refund", -due, fee["currency"], fee["id"])
        self.move("adjustment", due, fee["currency"], fee["id"], account=fee["account"])

    def refund_fail(self, key: str) -> Json:
        """The bank sends a refund back: the money is ours again."""
        refund = self.found("refund", key)
        refund |= {"status": "failed", "failure_reason": "lost_or_stolen_card"}
        self._store.save(refund)
        self.move("refund_failure", refund["amount"], refund["currency"], refund["id"])
        charge = self.found("charge", refund["charge"])
        charge["amount_refunded"] -= refund["amount"]
        charge["refunded"] = False
        self._store.save(charge)
        self._events.emit("refund.failed", refund)
        return refund

    # Transfers

    def transfer_create(self, wishes: Json) -> Json:
        """Of our balance, to a creator's."""
        self._check_destination(wishes.get("destination", ""))
        amount, currency = int(wishes["amount"]), wishes["currency"]
        transfer = self._store.add(
            "transfer",
            "tr",
            amount=amount,
            currency=currency,
            destination=wishes["destination"],
            amount_reversed=0,
            metadata=wishes.get("metadata") or {},
        )
        self.move("transfer", -amount, currency, transfer["id"])
        self.move("payment", amount, currency, transfer["id"], account=wishes["destination"])
        return transfer

    def transfer_reverse(self, key: str, amount: int, metadata: Json, *, refund: str | None = None) -> Json:
        """Back from a creator's balance, which may become less than nothing."""
        transfer = self.found("transfer", key)
        left = transfer["amount"] - transfer["amount_reversed"]
        if not 0 < amount <= left:
            raise ApiError(
                f"Transfer reversal amount ({amount}) is greater than the amount left to be reversed ({left})",
                param="amount",
            )
        transfer["amount_reversed"] += amount
        self._store.save(transfer)
        reversal = self._store.add(
            "transfer_reversal",
            "trr",
            amount=amount,
            currency=transfer["currency"],
            transfer=key,
            source_refund=refund,
            metadata=metadata,
        )
        kind = "transfer_refund" if refund else "transfer_cancel"
        self.move(kind, amount, transfer["currency"], reversal["id"])
        self.move(
            "payment_refund", -amount, transfer["currency"], reversal["id"], account=transfer["destination"]
        )
        return reversal

    # Disputes

    def dispute(self, payment_intent: str, *, reason: str = "fraudulent", inquiry: bool = False) -> Json:
        """A buyer's bank takes a payment back; an `inquiry` only asks."""
        charge = self.found("charge", self.found("payment_intent", payment_intent)["latest_charge"])
        if charge["disputed"]:
            raise ApiError("This charge is disputed already.")
        amount = charge["amount"] - charge["amount_refunded"]
        now = int(time.time())
        dispute = self._store.add(
            "dispute",
            "dp",
            amount=amount,
            currency=charge["currency"],
            charge=charge["id"],
            payment_intent=payment_intent,
            reason=reason,
            status="warning_needs_response" if inquiry else "needs_response",
            evidence_details={"due_by": now + 7 * 24 * 3600},
            balance_transactions=[],
        )
        charge["disputed"] = True
        self._store.save(charge)
        self._events.emit("charge.dispute.created", dispute)
        if not inquiry:
            self._dispute_move(dispute, -amount, _DISPUTE_FEE)
            self._events.emit("charge.dispute.funds_withdrawn", dispute)
        return dispute

    def dispute_close(self, key: str, *, won: bool) -> Json:
        """The bank has decided."""
        dispute = self.found("dispute", key)
        if dispute["status"] not in ("needs_response", "under_review", "warning_needs_response"):
            raise ApiError("This dispute is closed already.")
        if dispute["status"].startswith("warning"):
            dispute["status"] = "warning_closed"
        else:
            dispute["status"] = "won" if won else "lost"
        self._store.save(dispute)
        if dispute["status"] == "won":
            self._dispute_move(dispute, dispute["amount"], -_DISPUTE_FEE)
            self._events.emit("charge.dispute.funds_reinstated", dispute)
        self._events.emit("charge.dispute.closed", dispute)
        return dispute

    def _dispute_move(self, dispute: Json, amount: int, fee: int) -> None:
        line = self.move("adjustment", amount, dispute["currency"], dispute["id"], fee=fee)
        dispute["balance_transactions"].append(line)
        self._store.save(dispute)

    # Payouts

    def payout(self, account: str, amount: int | None = None, *, currency: str = "usd") -> Json:
        """A creator's balance goes to their bank, where it arrives at once or (`payout_end`) never."""
        available = self.balance(account).get(currency, 0)
        amount = available if amount is None else amount
        if not 0 < amount <= available:
            raise ApiError(
                "You have insufficient funds in your Stripe account for this payout.",
                code="balance_insufficient",
            )
        now = int(time.time())
        payout = self._store.add(
            "payout",
            "po",
            owner=account,
            amount=amount,
            currency=currency,
            status="pending",
            arrival_date=now + 2 * 24 * 3600,
            automatic=True,
            failure_code=None,
            failure_message=None,
        )
        self.move("payout", -amount, currency, payout["id"], account=account)
        self._events.emit("payout.created", payout, account=account)
        return payout

    def payout_end(self, key: str, *, paid: bool) -> Json:
        """It has arrived, or come back."""
        payout = self.found("payout", key, account=None)
        if payout["status"] != "pending":
            raise ApiError("This payout has ended already.")
        account = self._owner(key)
        payout["status"] = "paid" if paid else "failed"
        if not paid:
            payout |= {
                "failure_code": "account_closed",
                "failure_message": "The bank account has been closed.",
            }
            self.move("payout_failure", payout["amount"], payout["currency"], key, account=account)
        self._store.save(payout)
        self._events.emit(f"payout.{payout['status']}", payout, account=account)
        return payout

    def _owner(self, payout: str) -> str:
        accounts = (account["id"] for account in self._store.all("account", owner=None))
        return next(one for one in accounts if self._store.get("payout", payout, owner=one))

    # Balances

    def move(
        self, kind: str, amount: int, currency: str, source: str, *, fee: int = 0, account: str = ""
    ) -> Json:
        """A line of an account: `amount` in (negative: out), of which Stripe (or we, of a creator's) keep `fee`."""
        fields: dict[str, Any] = {
            "type": kind,
            "amount": amount,
            "fee": fee,
            "net": amount - fee,
            "currency": currency,
            "source": source,
            "status": "available",
        }
        return self._store.add("balance_transaction", "txn", owner=account, **fields)

    def balance(self, account: str = "") -> dict[str, int]:
        """What an account has, by currency."""
        found: dict[str, int] = {}
        for line in self._store.all("balance_transaction", owner=account):
            found[line["currency"]] = found.get(line["currency"], 0) + line["net"]
        return found
