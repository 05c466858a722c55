"""Empties the database after a test that committed: only the tables that have rows, most of them having none.

Django's own way truncates all tables and then makes permissions and groups anew, which together takes longer than most of these
tests. What `migrate` makes of the code alone (content types, permissions, the groups of staff) is left as it is.
"""

from functools import lru_cache
from typing import Any

from django.core.management.color import no_style
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TransactionTestCase

_KEPT = frozenset(
    {
        "django_migrations",
        "django_content_type",
        "auth_permission",
        "auth_group",
        "auth_group_permissions",
    }
)
# With more rows than this, truncating is quicker than deleting.
_MANY = 2000


def empty_quickly() -> None:
    """From now on tests that commit clean up so."""
    TransactionTestCase._fixture_teardown = _teardown  # type: ignore[attr-defined]


def _teardown(case: Any) -> None:
    for alias in case._databases_names(include_mirrors=False):
        empty(connections[alias])


def empty(connection: BaseDatabaseWrapper) -> None:
    """Delete all rows, also those that triggers guard."""
    rows = _rows(connection)
    if not rows:
        return
    if connection.vendor == "postgresql" and max(rows.values()) <= _MANY and _is_superuser(connection.alias):
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for table in rows:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        return
    guards = _drop_guards(connection) if connection.vendor == "sqlite" else []
    tables = list(rows) if connection.vendor == "sqlite" else list(_tables(connection.alias))
    statements = connection.ops.sql_flush(no_style(), tables, reset_sequences=False, allow_cascade=False)
    connection.ops.execute_sql_flush(statements + guards)


def _rows(connection: BaseDatabaseWrapper) -> dict[str, int]:
    """How many rows the tables have that have any; counted up to one more than `_MANY`."""
    counts = " UNION ALL ".join(
        f"SELECT '{table}', (SELECT count(*) FROM (SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT {_MANY + 1}) few)"
        for table in _tables(connection.alias)
    )
    with connection.cursor() as cursor:
        cursor.execute(counts)
        return {table: count for table, count in cursor.fetchall() if count}


@lru_cache(maxsize=4)
def _tables(alias: str) -> tuple[str, ...]:
    """The tables to empty."""
    found = connections[alias].introspection.django_table_names(only_existing=True, include_views=False)
    return tuple(sorted(set(found) - _KEPT))


@lru_cache(maxsize=1)
def _is_superuser(alias: str) -> bool:
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        return bool(cursor.fetchone()[0])


def _drop_guards(connection: BaseDatabaseWrapper) -> list[str]:
    """Take SQLite's triggers away; returns the statements that put them up again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        guards = cursor.fetchall()
        for name, _ in guards:
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
    return [sql for _, sql in guards]
