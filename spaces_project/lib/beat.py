"""Celery's scheduler, which says that it lives."""

import time
from typing import Any

from celery.beat import Scheduler

from spaces_project.lib import heartbeats

_EVERY_SECONDS = 2.0


class HeardScheduler(Scheduler):
    """As Celery's; each time it looks at its clock, which is every few seconds at least, it is heard of."""

    _said_at = float("-inf")

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """One look at what is due. Returns seconds until the next."""
        if time.monotonic() - self._said_at >= _EVERY_SECONDS:
            self._said_at = time.monotonic()
            heartbeats.heard_of("beat")
        seconds: float = super().tick(*args, **kwargs)
        return seconds
