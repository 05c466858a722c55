from django.db import migrations

# As before, but a handle may be taken out of an entry when its account is deleted; nothing else may ever change.
FUNCTION = """
CREATE OR REPLACE FUNCTION moderation_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'moderation_auditentry' THEN
    IF (to_jsonb(NEW) - 'actor_handle' - 'target_handle') = (to_jsonb(OLD) - 'actor_handle' - 'target_handle')
       AND to_jsonb(NEW) ->> 'actor_handle' IN ('', to_jsonb(OLD) ->> 'actor_handle')
       AND to_jsonb(NEW) ->> 'target_handle' IN ('', to_jsonb(OLD) ->> 'target_handle') THEN
      RETURN NEW;
    END IF;
  END IF;
  RAISE EXCEPTION 'The audit log is append-only.';
END
$$
"""
BEFORE = """
CREATE OR REPLACE FUNCTION moderation_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The audit log is append-only.';
END
$$
"""


def names_may_go(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTION)


def nothing_may_change(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(BEFORE)


class Migration(migrations.Migration):
    dependencies = [("moderation", "0005_caption_lines")]
    operations = [migrations.RunPython(names_may_go, nothing_may_change)]
