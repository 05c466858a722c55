"""People are found by words of their names, and where the server has trigrams, by likeness."""

from django.db import migrations

from spaces_project.lib.search_indexes import drop_indexes, make_indexes

# As spaces_project.lib.fulltext and Django's `__istartswith` write them: an index serves what is written alike.
WORDS = [
    "CREATE INDEX IF NOT EXISTS user_words ON accounts_user USING gin"
    " (to_tsvector('simple'::regconfig, COALESCE(name, '') || ' ' || COALESCE(handle, '')))",
    "CREATE INDEX IF NOT EXISTS user_handle_beginning ON accounts_user (UPPER(handle) text_pattern_ops)",
]
TRIGRAMS = [
    "CREATE INDEX IF NOT EXISTS user_name_trigrams ON accounts_user USING gin (UPPER(name) gin_trgm_ops)",
    "CREATE INDEX IF NOT EXISTS user_handle_trigrams ON accounts_user USING gin (UPPER(handle) gin_trgm_ops)",
]
NAMES = ["user_words", "user_handle_beginning", "user_name_trigrams", "user_handle_trigrams"]


def make(apps, schema_editor):
    make_indexes(schema_editor, words=WORDS, trigrams=TRIGRAMS)


def drop(apps, schema_editor):
    drop_indexes(schema_editor, NAMES)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_block_time_zone")]

    operations = [migrations.RunPython(make, drop)]
