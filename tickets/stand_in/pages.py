"""What people see at Stripe: the page to pay on, a creator's onboarding and account, and a desk for what happens by itself."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template import Context, Engine

from tickets.stand_in.accounts import OUTCOMES, Accounts
from tickets.stand_in.errors import ApiError
from tickets.stand_in.events import Events
from tickets.stand_in.payments import Payments
from tickets.stand_in.store import Json, Store

_FOLDER = Path(__file__).with_name("pages")
_SHOWN = 20
_SIGNS = {"usd": "$", "eur": "€", "gbp": "£"}


@dataclass(frozen=True)
class Shown:
    """A page, or (with `location`) the way to another."""

    status: int = 200
    html: str = ""
    location: str = ""


class Pages:
    """Pages without a script. A form has a field `do`, whose value is the name of its button."""

    def __init__(self, store: Store, events: Events, payments: Payments, accounts: Accounts) -> None:
        self._store, self._events, self._payments, self._accounts = store, events, payments, accounts
        self._engine = Engine(dirs=[str(_FOLDER)], autoescape=True)
        self._routes: list[tuple[re.Pattern[str], Callable[..., Shown]]] = [
            (re.compile(pattern), page)
            for pattern, page in (
                (r"/$", self._desk),
                (r"/pay/([^/]+)$", self._pay),
                (r"/setup/([^/]+)/([^/]+)$", self._setup),
                (r"/express/([^/]+)$", self._express),
            )
        ]

    def answer(self, path: str, form: Json) -> Shown:
        """Show a page; `form` is what was sent, {} if nothing was."""
        for pattern, page in self._routes:
            if found := pattern.match(path):
                try:
                    with self._store.change():
                        return page(form, *found.groups())
                except ApiError as error:
                    return self._show("message.html", status=error.status, words=str(error))
        return self._show("message.html", status=404, words="There is nothing here.")

    def _show(self, name: str, *, status: int = 200, **values: Any) -> Shown:
        # Numbers as they are: without Django's settings there is no language to write them in.
        context = Context(values, use_l10n=False, use_tz=False)
        return Shown(status, self._engine.get_template(name).render(context))

    def _pay(self, form: Json, key: str) -> Shown:
        session = self._payments.session_get(key)
        do = form.get("do")
        if do == "pay" and session["status"] == "open":
            session = self._payments.pay(key)
        if session["status"] == "complete":
            return Shown(303, location=session["success_url"].replace("{CHECKOUT_SESSION_ID}", key))
        if do == "cancel":
            return Shown(303, location=session["cancel_url"] or session["success_url"])
        if do == "refuse":
            self._payments.refuse(key)
        return self._show(
            "pay.html",
            session=session,
            price=money(session["amount_total"], session["currency"]),
            is_open=session["status"] == "open",
            refused=do == "refuse",
        )

    def _setup(self, form: Json, account: str, token: str) -> Shown:
        link = self._accounts.link_found(account, token)
        if form.get("do") in OUTCOMES:
            self._accounts.become(account, form["do"])
            return Shown(303, location=link["return_url"])
        return self._show("setup.html", account=self._accounts.found(account))

    def _express(self, form: Json, key: str) -> Shown:
        account = self._accounts.found(key)
        balances = self._payments.balance(key)
        do = form.get("do", "")
        if do == "payout":
            currency = form.get("currency", "usd")
            self._payments.payout(key, currency=currency)
        elif do in ("paid", "failed"):
            self._payments.payout_end(form.get("payout", ""), paid=do == "paid")
        if do:
            return Shown(303, location=f"/express/{key}")
        payouts = [
            {**one, "money": money(one["amount"], one["currency"])}
            for one in self._store.all("payout", owner=key)[:_SHOWN]
        ]
        lines = [
            {"currency": currency, "money": money(amount, currency), "is_positive": amount > 0}
            for currency, amount in sorted(balances.items())
        ]
        return self._show("express.html", account=account, balances=lines, payouts=payouts)

    def _desk(self, form: Json) -> Shown:
        """Everything, and what may happen to it."""
        do, key = form.get("do", ""), form.get("id", "")
        if do == "dispute":
            self._payments.dispute(key)
        elif do in ("won", "lost"):
            self._payments.dispute_close(key, won=do == "won")
        elif do in OUTCOMES:
            self._accounts.become(key, do)
        if do:
            return Shown(303, location="/")
        charges = [self._charge(one) for one in self._store.all("charge")[:_SHOWN]]
        accounts = self._store.all("account", owner=None)[:_SHOWN]
        deliveries = self._store.deliveries()
        return self._show(
            "desk.html",
            charges=charges,
            accounts=accounts,
            sent=sum(row["state"] == "sent" for row in deliveries),
            waiting=sum(row["state"] == "waiting" for row in deliveries),
        )

    def _charge(self, charge: Json) -> Json:
        disputes = self._store.all("dispute", wanted=lambda one: one["charge"] == charge["id"])
        return {
            **charge,
            "money": money(charge["amount"], charge["currency"]),
            "back": money(charge["amount_refunded"], charge["currency"]) if charge["amount_refunded"] else "",
            "dispute": disputes[0] if disputes else None,
        }


def money(amount: int, currency: str) -> str:
    """`500`, `usd` as "$5.00"."""
    sign = "-" if amount < 0 else ""
    whole, cents = divmod(abs(amount), 100)
    return f"{sign}{_SIGNS.get(currency, currency.upper() + ' ')}{whole:,}.{cents:02}"
