"""The database, Redis, and whether their clocks and ours agree."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import redis as redis_py
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from operation.doctor.site import is_at_home
from spaces_project.lib.health import Finding, clock, note, ok, wrong
from spaces_project.lib.redis_client import redis_client

_REDIS_VERSION = (6, 2)
_DEMO_PASSWORD = "spaces-demo"  # noqa: S105  (it stands in the README)
_QUEUE = "celery"
_QUEUE_LONG = 1000


def database(now: datetime) -> Iterator[Finding]:
    """It answers, and its tables are those of this version."""
    began = time.perf_counter()
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            took = (time.perf_counter() - began) * 1000
        skew = _clock_of_database()
    except DatabaseError as error:
        yield wrong(
            "Database",
            f"It does not answer: {str(error).splitlines()[0]}",
            "Start it, and look at DATABASE_URL: name, account, password, address.",
        )
        return
    vendor = connection.display_name
    yield ok("Database", f"{vendor} answers in {took:.0f} ms")
    if connection.vendor == "sqlite" and not settings.DEBUG:
        yield note(
            "Database",
            "SQLite is for one machine and few people.",
            "Use PostgreSQL: DATABASE_URL=postgres://…",
        )
    yield from clock("The database's clock", skew)
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        names = ", ".join(f"{one.app_label} {one.name}" for one, _ in pending[:3])
        yield wrong(
            "Migrations",
            f"{len(pending)} are not applied: {names}{' …' if len(pending) > 3 else ''}.",
            "Run `python manage.py migrate`, then start all processes anew.",
        )
        return
    yield ok("Migrations", "all applied")
    people = get_user_model().objects
    if not is_at_home():
        demo = people.filter(handle="demo_staff").first()
        if demo is not None and demo.check_password(_DEMO_PASSWORD):
            yield wrong(
                "Demo accounts",
                "They are in the database, with a password that everybody knows; one of them is of staff.",
                "Delete the accounts demo_…, or begin with an empty database.",
            )
    if not people.filter(is_superuser=True, is_active=True).exists():
        yield note(
            "Staff", "Nobody can open the admin.", "Run `python manage.py createsuperuser` for the first."
        )


def redis(now: datetime) -> Iterator[Finding]:
    """It answers, is new enough, and forgets nothing that it was told."""
    try:
        about = redis_client().info()
        seconds, microseconds = redis_client().time()
        waiting = int(redis_client().llen(_QUEUE))
    except redis_py.RedisError as error:
        yield wrong(
            "Redis",
            f"It does not answer ({type(error).__name__}): nobody can sign in, nothing is live.",
            "Start it, and look at REDIS_URL: address, password, number.",
        )
        return
    version = str(about.get("redis_version", "0"))
    if tuple(int(part) for part in version.split(".")[:2]) < _REDIS_VERSION:
        yield wrong("Redis", f"Version {version} is too old.", "Use 6.2 or newer.")
    else:
        yield ok("Redis", f"version {version} answers")
    policy = about.get("maxmemory_policy", "noeviction")
    if policy.startswith("allkeys") and about.get("maxmemory"):
        yield wrong(
            "Redis",
            f"Out of memory it forgets tasks and who is present (maxmemory-policy {policy}).",
            "Set maxmemory-policy to noeviction or volatile-lru.",
        )
    yield from clock("Redis' clock", seconds + microseconds / 1e6 - time.time())
    if waiting > _QUEUE_LONG:
        yield note(
            "Tasks",
            f"{waiting} wait for a worker.",
            "Start more workers, and look at what those there are do.",
        )


def _clock_of_database() -> float:
    """By how many seconds the database's clock is ahead of ours; SQLite has ours."""
    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        there: datetime = cursor.fetchone()[0]
    return (there - datetime.now(UTC)).total_seconds()
