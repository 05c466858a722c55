"""Creators' accounts (Connect Express): onboarding, what Stripe wants to know, restrictions."""

import secrets
import time

from tickets.stand_in.errors import ApiError, missing
from tickets.stand_in.events import Events
from tickets.stand_in.store import Json, Store

_ASKED_FIRST = ["external_account", "individual.dob.day", "individual.first_name", "tos_acceptance.date"]
_ASKED_LATER = ["individual.verification.document"]
_LINK_SECONDS = 300
# How onboarding can end: all is well; left in the middle; Stripe is not satisfied.
OUTCOMES = ("complete", "incomplete", "restricted")


class Accounts:
    """Creators' accounts and the links to their pages."""

    def __init__(self, store: Store, events: Events) -> None:
        self._store, self._events = store, events

    def found(self, key: str) -> Json:
        """An account that there is. Raises ApiError (404)."""
        account = self._store.get("account", key, owner=None)
        if account is None:
            raise missing("account", key)
        return account

    def create(self, wishes: Json) -> Json:
        """An account about which nothing is known yet."""
        return self._store.add(
            "account",
            "acct",
            type="express",
            email=wishes.get("email"),
            country=wishes.get("country") or "US",
            default_currency="usd",
            details_submitted=False,
            charges_enabled=False,
            payouts_enabled=False,
            capabilities={"card_payments": "inactive", "transfers": "inactive"},
            requirements=_wanted(_ASKED_FIRST, "requirements.past_due"),
            metadata=wishes.get("metadata") or {},
        )

    def link(self, wishes: Json, origin: str) -> Json:
        """The way to the onboarding page, for once."""
        account = self.found(wishes.get("account", ""))
        token = secrets.token_urlsafe(12)
        return self._store.add(
            "account_link",
            token,
            url=f"{origin}/setup/{account['id']}/{token}",
            expires_at=int(time.time()) + _LINK_SECONDS,
            token=token,
            to_account=account["id"],
            return_url=wishes.get("return_url"),
            refresh_url=wishes.get("refresh_url"),
        )

    def link_found(self, account: str, token: str) -> Json:
        """A link by its token. Raises ApiError (404)."""
        links = self._store.all("account_link", wanted=lambda one: one["token"] == token)
        if not links or links[0]["to_account"] != account:
            raise missing("account_link", token)
        return links[0]

    def login_link(self, key: str, origin: str) -> Json:
        """The way to a creator's own pages."""
        if not self.found(key)["details_submitted"]:
            raise ApiError(
                "Cannot create a login link for an account that has not completed onboarding.",
            )
        return {"object": "login_link", "created": int(time.time()), "url": f"{origin}/express/{key}"}

    def become(self, key: str, outcome: str) -> Json:
        """Onboarding ended so, or Stripe has come to think so later. Raises ApiError for no outcome."""
        account = self.found(key)
        if outcome not in OUTCOMES:
            raise ApiError(f"Invalid outcome: must be one of {', '.join(OUTCOMES)}", param="outcome")
        well = outcome == "complete"
        told = well or outcome == "restricted"
        state = "active" if well else "inactive"
        wanted = [] if well else _ASKED_LATER if told else _ASKED_FIRST
        account |= {
            "details_submitted": told,
            "charges_enabled": well,
            "payouts_enabled": well,
            "capabilities": {"card_payments": state, "transfers": state},
            "requirements": _wanted(wanted, "" if well else "requirements.past_due"),
        }
        self._store.save(account)
        self._events.emit("account.updated", account, account=key)
        return account


def _wanted(fields: list[str], disabled_reason: str) -> Json:
    return {
        "currently_due": fields,
        "past_due": fields,
        "eventually_due": fields,
        "pending_verification": [],
        "current_deadline": None,
        "disabled_reason": disabled_reason or None,
    }
