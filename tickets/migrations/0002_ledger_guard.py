from django.db import migrations

TABLES = ("tickets_ledgertransaction", "tickets_ledgerentry")

# The database itself refuses to change the books. TRUNCATE is left to the owner of the tables: emptying a database is no way to
# change a row unseen. Whoever alters one of these tables later puts SQLite's triggers up again: there a table is altered by
# making it anew.
FUNCTION = """
CREATE OR REPLACE FUNCTION tickets_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The ledger is append-only.';
END
$$
"""


def guard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION)
        for table in TABLES:
            schema_editor.execute(
                f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
                "FOR EACH ROW EXECUTE FUNCTION tickets_append_only()"
            )
    elif schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            for act in ("update", "delete"):
                schema_editor.execute(
                    f"CREATE TRIGGER {table}_no_{act} BEFORE {act.upper()} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'The ledger is append-only.'); END"
                )


def unguard(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table in TABLES:
            schema_editor.execute(f"DROP TRIGGER append_only ON {table}")
        schema_editor.execute("DROP FUNCTION tickets_append_only()")
    elif schema_editor.connection.vendor == "sqlite":
        for table in TABLES:
            for act in ("update", "delete"):
                schema_editor.execute(f"DROP TRIGGER {table}_no_{act}")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
