"""Ended Spaces in the order that lists show them in; all are found by words of their titles, and by likeness."""

from django.db import migrations, models

from spaces_project.lib.search_indexes import drop_indexes, make_indexes

# As spaces_project.lib.fulltext and Django's `__icontains` write them: an index serves what is written alike.
WORDS = [
    "CREATE INDEX IF NOT EXISTS space_title_words ON rooms_space USING gin"
    " (to_tsvector('simple'::regconfig, COALESCE(title, '')))",
]
TRIGRAMS = [
    "CREATE INDEX IF NOT EXISTS space_title_trigrams ON rooms_space USING gin (UPPER(title) gin_trgm_ops)",
]
NAMES = ["space_title_words", "space_title_trigrams"]


def make(apps, schema_editor):
    make_indexes(schema_editor, words=WORDS, trigrams=TRIGRAMS)


def drop(apps, schema_editor):
    drop_indexes(schema_editor, NAMES)


class Migration(migrations.Migration):
    dependencies = [("rooms", "0006_announced"), ("accounts", "0005_search_indexes")]

    operations = [
        migrations.AddIndex(
            model_name="space",
            index=models.Index(condition=models.Q(state="ended"), fields=["-ended_at", "-id"], name="space_past"),
        ),
        migrations.AddIndex(
            model_name="space",
            index=models.Index(
                condition=models.Q(state="ended"),
                fields=["language", "-ended_at", "-id"],
                name="space_past_language",
            ),
        ),
        migrations.RunPython(make, drop),
    ]
