"""What migrations make search indexes with: on PostgreSQL alone, and on trigrams only where the server has them."""

import logging
from collections.abc import Sequence

from django.db import DatabaseError, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

logger = logging.getLogger(__name__)


def make_indexes(
    schema_editor: BaseDatabaseSchemaEditor, *, words: Sequence[str], trigrams: Sequence[str]
) -> None:
    """Run these statements of SQL (`CREATE INDEX IF NOT EXISTS …`); those on `trigrams` where there is pg_trgm.

    The extension is made if the server has it and lets us. Without it search does without likeness.
    """
    if schema_editor.connection.vendor != "postgresql":
        return
    for statement in words:
        schema_editor.execute(statement)
    if has_trigrams(schema_editor):
        for statement in trigrams:
            schema_editor.execute(statement)


def drop_indexes(schema_editor: BaseDatabaseSchemaEditor, names: Sequence[str]) -> None:
    """Drop those of these indexes that there are; the extension stays: others may use it."""
    if schema_editor.connection.vendor == "postgresql":
        for name in names:
            schema_editor.execute(f"DROP INDEX IF EXISTS {schema_editor.quote_name(name)}")


def has_trigrams(schema_editor: BaseDatabaseSchemaEditor) -> bool:
    """Whether pg_trgm is there, after having tried to make it."""
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        cursor.execute("SELECT installed_version FROM pg_available_extensions WHERE name = 'pg_trgm'")
        found = cursor.fetchone()
    if found is None:
        logger.warning("This server has no pg_trgm: search will do without likeness.")
        return False
    if found[0] is not None:
        return True
    try:
        with transaction.atomic(using=connection.alias):
            schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    except DatabaseError as error:
        logger.warning("pg_trgm could not be made, search will do without likeness: %s", error)
        return False
    return True
