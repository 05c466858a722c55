"""What tests and demos tell the stand-in, as JSON under `/_control/`."""

from collections.abc import Callable

from tickets.stand_in.accounts import Accounts
from tickets.stand_in.errors import ApiError
from tickets.stand_in.events import Events
from tickets.stand_in.faults import Faults
from tickets.stand_in.payments import Payments
from tickets.stand_in.store import Json, Store


class Control:
    """Finds the function of an order. Each gets what was sent, and answers with what has become of it."""

    def __init__(
        self, store: Store, faults: Faults, events: Events, payments: Payments, accounts: Accounts
    ) -> None:
        self._store, self._faults, self._events = store, faults, events
        self._orders: dict[str, Callable[[Json], Json]] = {
            # How to fail from now on: see faults.Faults.tell.
            "faults": self._tell,
            # Lose everything, and be well.
            "reset": self._reset,
            # {"session"}: what a buyer does.
            "pay": lambda told: payments.pay(told["session"]),
            "refuse": lambda told: payments.refuse(told["session"]),
            # {"payment_intent", "reason"?, "inquiry"?}; {"dispute", "won"}
            "dispute": lambda told: payments.dispute(
                told["payment_intent"],
                reason=told.get("reason", "fraudulent"),
                inquiry=bool(told.get("inquiry")),
            ),
            "dispute_close": lambda told: payments.dispute_close(told["dispute"], won=bool(told["won"])),
            # {"refund"}
            "refund_fail": lambda told: payments.refund_fail(told["refund"]),
            # {"account", "amount"?}; {"payout", "paid"}
            "payout": lambda told: payments.payout(told["account"], told.get("amount")),
            "payout_end": lambda told: payments.payout_end(told["payout"], paid=bool(told["paid"])),
            # {"account", "outcome": complete | incomplete | restricted}
            "account": lambda told: accounts.become(told["account"], told["outcome"]),
            # {"account"?}: what it has, by currency.
            "balance": lambda told: dict(payments.balance(told.get("account", ""))),
            # {"type", "amount", "currency"?}: a line that nothing explains, for reconciliation to find.
            "move": lambda told: payments.move(
                told["type"], told["amount"], told.get("currency", "usd"), told.get("source", "")
            ),
            # {"event"}: the webhook of an event, signed now: {"body", "signature"}.
            "webhook": self._webhook,
            # {"events"?}: send what was held, all of it, or these in this order, as often as they are named.
            "release": self._release,
            # All events, the oldest first: {"events": [{"id", "type", "account"}]}; and what became of their webhooks.
            "events": self._list,
        }

    def answer(self, order: str, told: Json) -> Json:
        """Obey. Raises ApiError."""
        if order not in self._orders:
            raise ApiError(f"There is no such order: {', '.join(self._orders)}", status=404)
        try:
            return self._orders[order](told)
        except (KeyError, TypeError, ValueError) as error:
            raise ApiError(f"{order}: {error!r}") from error

    def _tell(self, told: Json) -> Json:
        self._faults.tell(told)
        return {}

    def _reset(self, told: Json) -> Json:
        self._faults.tell({})
        self._store.forget()
        return {}

    def _webhook(self, told: Json) -> Json:
        body, signature = self._events.signed(told["event"])
        return {"body": body, "signature": signature}

    def _release(self, told: Json) -> Json:
        self._events.release(told.get("events"))
        return {}

    def _list(self, told: Json) -> Json:
        events = reversed(self._store.all("event", owner=None))
        return {
            "events": [
                {"id": one["id"], "type": one["type"], "account": one.get("account", "")} for one in events
            ],
            "deliveries": self._store.deliveries(),
        }
