"""The parts that every installation has (`READY_CHECKS`). A check returns when its part is well, and raises when it is not."""

from django.conf import settings
from django.db import connection

from spaces_project.lib import heartbeats
from spaces_project.lib.health import Missing
from spaces_project.lib.redis_client import redis_client

TICK = "tick"


def database() -> None:
    """One question that reads nothing. The connection is this thread's own."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()


def redis() -> None:
    """One PING."""
    redis_client().ping()


def beat() -> None:
    """Beat says each time it looks at its clock that it lives."""
    _must_be_heard_of("beat", heartbeats.ages().get("beat"))


def worker() -> None:
    """A worker lives, and does what beat asks for: one whose hands are full for too long counts as missing."""
    ages = heartbeats.ages()
    workers = [age for part, age in ages.items() if part.startswith("worker:")]
    _must_be_heard_of("worker", min(workers, default=None))
    beat_lives = ages.get("beat", settings.HEARTBEAT_SECONDS) < settings.HEARTBEAT_SECONDS
    if beat_lives and ages.get(TICK, 0) > settings.HEARTBEAT_SECONDS:
        raise Missing(f"no task of beat was done for {ages[TICK]:.0f} s")


def _must_be_heard_of(what: str, age: float | None) -> None:
    if age is None:
        raise Missing(f"no {what} was ever heard of")
    if age > settings.HEARTBEAT_SECONDS:
        raise Missing(f"not heard of for {age:.0f} s")
