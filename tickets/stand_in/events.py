"""Events, and the webhooks that tell of them: signed as Stripe signs, tried again as long as nobody takes them."""

import contextlib
import hashlib
import hmac
import json
import random
import threading
import time
import urllib.error
import urllib.request
from typing import Any

from tickets.stand_in.faults import Faults
from tickets.stand_in.store import Json, Store

# Seconds until the next try; Stripe goes on for three days.
_RETRY_SECONDS = (1, 3, 10, 30, 60, 300, 1800)
_ANSWER_SECONDS = 10


class Events:
    """Writes events down and sends them to the product."""

    def __init__(self, store: Store, faults: Faults, *, url: str, secret: str, connect_secret: str) -> None:
        self._store, self._faults = store, faults
        self._url, self._secret, self._connect_secret = url, secret, connect_secret
        self._news = threading.Event()

    def emit(self, kind: str, about: Json, *, account: str = "") -> Json:
        """Something happened to `about`, at a creator's `account` or at ours. Inside the change that it tells of."""
        fields: dict[str, Any] = {"account": account} if account else {}
        event = self._store.add(
            "event",
            "evt",
            owner=account,
            type=kind,
            api_version="2026-10-28.endive",
            data={"object": about},
            pending_webhooks=1,
            **fields,
        )
        how = self._faults.webhooks
        # Chance of a demo, not of secrets.
        if random.random() < how.drop:  # noqa: S311
            self._store.deliver(event["id"], None, "dropped")
            return event
        for _ in range(how.copies):
            due = None if how.hold else time.time() + random.random() * how.delay  # noqa: S311
            self._store.deliver(event["id"], due)
        self._news.set()
        return event

    def signed(self, event_id: str) -> tuple[str, str]:
        """The body of an event's webhook, and its Stripe-Signature, made now."""
        event = self._store.get("event", event_id, owner=None)
        assert event is not None
        body = json.dumps(event, indent=2)
        now = int(time.time())
        secret = self._connect_secret if event.get("account") else self._secret
        digest = hmac.new(secret.encode(), f"{now}.{body}".encode(), hashlib.sha256).hexdigest()
        return body, f"t={now},v1={digest}"

    def release(self, events: list[str] | None = None) -> None:
        """Send what was held: these events in this order (as often as they are named), or all."""
        with self._store.change():
            held = [
                row for row in self._store.deliveries() if row["state"] == "waiting" and row["due"] is None
            ]
            now = time.time()
            for row in held:
                if events is None:
                    self._store.delivery_change(row["seq"], state="waiting", due=now, attempts=0)
                elif row["event"] in events:
                    self._store.delivery_change(row["seq"], state="released", due=None, attempts=0)
            for place, event in enumerate(events or ()):
                self._store.deliver(event, now + place * 1e-4)
        self._news.set()

    def start(self) -> None:
        """Begin to send, in a thread."""
        if self._url:
            threading.Thread(target=self._run, name="webhooks", daemon=True).start()

    def _run(self) -> None:
        while True:
            row = self._store.due_delivery(time.time())
            if row is None:
                self._news.wait(0.1)
                self._news.clear()
                continue
            attempts = row["attempts"] + 1
            if self._send(row["event"]):
                self._store.delivery_change(row["seq"], state="sent", due=None, attempts=attempts)
            elif attempts > len(_RETRY_SECONDS):
                self._store.delivery_change(row["seq"], state="failed", due=None, attempts=attempts)
            else:
                due = time.time() + _RETRY_SECONDS[attempts - 1]
                self._store.delivery_change(row["seq"], state="waiting", due=due, attempts=attempts)

    def _send(self, event_id: str) -> bool:
        body, signature = self.signed(event_id)
        headers = {"Content-Type": "application/json; charset=utf-8", "Stripe-Signature": signature}
        # The address is the product's own, from the environment.
        request = urllib.request.Request(self._url, body.encode(), headers)  # noqa: S310
        with (
            contextlib.suppress(urllib.error.URLError, OSError),
            urllib.request.urlopen(request, timeout=_ANSWER_SECONDS) as answer,  # noqa: S310
        ):
            return bool(200 <= answer.status < 300)
        return False
