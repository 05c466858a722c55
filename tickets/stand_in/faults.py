"""How the stand-in fails when it is told to, and what it does to webhooks."""

import threading
from dataclasses import dataclass, field
from typing import Any

# down: the connection ends without an answer, and nothing was done. lost: it was done, and the answer is lost.
# slow: it is done, and the answer comes after some seconds. error: a 500. limited: a 429.
HOWS = ("down", "lost", "slow", "error", "limited")


@dataclass
class Fault:
    """What happens to the next `times` requests (-1: all) whose path holds `path`."""

    how: str
    path: str = ""
    times: int = -1
    seconds: float = 0.0


@dataclass
class Webhooks:
    """What happens to each event.

    It is sent `copies` times, each up to `delay` seconds later by chance (so that they come in any order), or not at all with
    the probability `drop`; with `hold` it is kept until it is released.
    """

    copies: int = 1
    delay: float = 0.0
    drop: float = 0.0
    hold: bool = False


@dataclass
class Faults:
    """What the stand-in has been told."""

    api: list[Fault] = field(default_factory=list)
    webhooks: Webhooks = field(default_factory=Webhooks)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def tell(self, wishes: dict[str, Any]) -> None:
        """Take `{"api": [fault, …], "webhooks": {…}}`; what is left out is as it should be. Raises ValueError."""
        try:
            api = [Fault(**fault) for fault in wishes.get("api", ())]
            webhooks = Webhooks(**wishes.get("webhooks", {}))
        except TypeError as error:
            raise ValueError(str(error)) from error
        if unknown := {fault.how for fault in api} - set(HOWS):
            raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")
        with self._lock:
            self.api, self.webhooks = api, webhooks

    def next(self, path: str) -> Fault | None:
        """The fault that a request meets, which is used up by it."""
        with self._lock:
            for fault in self.api:
                if fault.path in path and fault.times:
                    fault.times -= 1 if fault.times > 0 else 0
                    return fault
        return None
