"""The stand-in for Stripe, in the hands of a test."""

import json
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from stack.processes import listens
from stack.stripe import StandIn
from tests.plugins.service import Service


class StripeControl:
    """A stand-in that runs at `url`, told what to do; see tickets/stand_in/control.py."""

    def __init__(self, url: str, key: str) -> None:
        self.url, self.key = url, key

    def tell(self, order: str, **told: Any) -> dict[str, Any]:
        """Give an order, and return what came of it; fail when it is refused."""
        request = urllib.request.Request(
            f"{self.url}/_control/{order}",
            json.dumps(told).encode(),
            {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            pytest.fail(f"the stand-in refused {order}: {error.read().decode()}", pytrace=False)

    def faults(self, *api: dict[str, Any], **webhooks: Any) -> None:
        """From now on fail like this alone; see tickets/stand_in/faults.py."""
        self.tell("faults", api=api, webhooks=webhooks)

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        """What has happened, the oldest first: id, type and account; of these types, if any are named."""
        return [one for one in self.tell("events")["events"] if not kinds or one["type"] in kinds]

    def webhook(self, event: str) -> tuple[str, str]:
        """The body of an event's webhook and its Stripe-Signature."""
        made = self.tell("webhook", event=event)
        return made["body"], made["signature"]


class StripeServer(StripeControl):
    """The stand-in for Stripe of this run (tickets.stand_in), at the address that the settings of the tests name.

    It sends no webhooks: `webhook` gives them to the test.
    """

    def __init__(self, stand_in: StandIn, folder: Path) -> None:
        super().__init__(stand_in.url, stand_in.api_key)
        self._stand_in = stand_in
        self._service = Service("stripe", folder)

    def start(self) -> None:
        """Start it, if it does not run."""
        if not self._service.running:
            self._service.start(
                self._stand_in.command,
                lambda: listens(self._stand_in.port),
                stop_signal="KILL",
                env={**self._stand_in.product_environment, **self._stand_in.own_environment},
            )

    def stop(self) -> None:
        """End it at once: what it kept is lost."""
        self._service.stop()
