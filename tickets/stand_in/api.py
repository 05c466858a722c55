"""The calls of Stripe's API that the product makes (`tickets.stripe.gateway`), by method and path."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tickets.stand_in.accounts import Accounts
from tickets.stand_in.errors import ApiError, missing
from tickets.stand_in.payments import Payments
from tickets.stand_in.store import Json, Store


@dataclass(frozen=True)
class Call:
    """One request: its parameters, the account in whose name it is made ("" for our own), where the stand-in is reached."""

    params: Json
    account: str
    origin: str


class Api:
    """Finds the function of a call. Each gets the call and the ids in its path."""

    def __init__(self, store: Store, payments: Payments, accounts: Accounts) -> None:
        self._store, self._payments, self._accounts = store, payments, accounts
        self._routes: list[tuple[str, re.Pattern[str], Callable[..., Json]]] = [
            (method, re.compile(f"/v1/{path}$".replace("ID", "([^/]+)")), function)
            for method, path, function in (
                ("POST", "checkout/sessions", lambda call: payments.session_create(call.params, call.origin)),
                ("GET", "checkout/sessions/ID", lambda _, key: payments.session_get(key)),
                ("POST", "checkout/sessions/ID/expire", lambda _, key: payments.session_expire(key)),
                ("GET", "payment_intents/ID", self._payment_intent),
                ("POST", "refunds", lambda call: payments.refund(call.params)),
                ("GET", "refunds", self._refunds),
                ("GET", "refunds/ID", lambda _, key: payments.found("refund", key)),
                ("POST", "accounts", lambda call: accounts.create(call.params)),
                ("GET", "accounts/ID", lambda _, key: accounts.found(key)),
                ("POST", "account_links", lambda call: accounts.link(call.params, call.origin)),
                (
                    "POST",
                    "accounts/ID/login_links",
                    lambda call, key: accounts.login_link(key, call.origin),
                ),
                ("GET", "disputes", lambda call: self._list("dispute", call)),
                ("GET", "disputes/ID", lambda _, key: payments.found("dispute", key)),
                ("GET", "payouts", lambda call: self._list("payout", call)),
                ("GET", "payouts/ID", lambda call, key: payments.found("payout", key, account=call.account)),
                ("GET", "balance_transactions", self._balance_transactions),
                ("POST", "transfers", lambda call: payments.transfer_create(call.params)),
                ("POST", "transfers/ID/reversals", self._reversal),
            )
        ]

    def answer(self, method: str, path: str, call: Call) -> Json:
        """Do a call. Raises ApiError."""
        for wanted, pattern, function in self._routes:
            found = pattern.match(path)
            if found and wanted == method:
                try:
                    return function(call, *found.groups())
                except (KeyError, IndexError, TypeError, ValueError) as error:
                    raise ApiError(f"Missing or invalid parameter: {error}") from error
        raise ApiError(f"Unrecognized request URL ({method}: {path}).", status=404)

    def _payment_intent(self, call: Call, key: str) -> Json:
        intent = self._payments.found("payment_intent", key)
        if "latest_charge" in call.params.get("expand", ()):
            intent["latest_charge"] = self._payments.found("charge", intent["latest_charge"])
        return intent

    def _refunds(self, call: Call) -> Json:
        return self._list("refund", call, lambda one: one["payment_intent"] == call.params["payment_intent"])

    def _reversal(self, call: Call, key: str) -> Json:
        amount = int(call.params["amount"])
        return self._payments.transfer_reverse(key, amount, call.params.get("metadata") or {})

    def _balance_transactions(self, call: Call) -> Json:
        page = self._list("balance_transaction", call)
        if "data.source" in call.params.get("expand", ()):
            for line in page["data"]:
                line["source"] = self._source(line["source"])
        return page

    def _source(self, key: str) -> Any:
        prefix = key.partition("_")[0]
        kinds = {
            "ch": "charge",
            "re": "refund",
            "tr": "transfer",
            "trr": "transfer_reversal",
            "fee": "application_fee",
            "dp": "dispute",
        }
        return self._store.get(kinds[prefix], key) if prefix in kinds else key

    def _list(self, kind: str, call: Call, wanted: Callable[[Json], bool] = lambda one: True) -> Json:
        """One page, the newest first, as `created`, `limit` and `starting_after` say."""
        created = call.params.get("created") or {}
        since, until = int(created.get("gte", 0)), int(created.get("lt", 1 << 62))
        rows = self._store.all(
            kind, owner=call.account, wanted=lambda one: since <= one["created"] < until and wanted(one)
        )
        if after := call.params.get("starting_after"):
            places = [place for place, one in enumerate(rows) if one["id"] == after]
            if not places:
                raise missing(kind, after)
            rows = rows[places[0] + 1 :]
        limit = int(call.params.get("limit", 10))
        return {"object": "list", "url": f"/v1/{kind}s", "data": rows[:limit], "has_more": len(rows) > limit}
