"""What is counted of replays, and clips while they are made; what was said is found by its words."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

from spaces_project.lib.search_indexes import drop_indexes, make_indexes

# As spaces_project.lib.fulltext writes it: an index serves what is written alike.
WORDS = [
    "CREATE INDEX IF NOT EXISTS caption_line_words ON recordings_captionline USING gin"
    " (to_tsvector('simple'::regconfig, COALESCE(text, '')))",
]


def make(apps, schema_editor):
    make_indexes(schema_editor, words=WORDS, trigrams=[])


def drop(apps, schema_editor):
    drop_indexes(schema_editor, ["caption_line_words"])


class Migration(migrations.Migration):

    dependencies = [
        ('recordings', '0002_mixing'),
        ('rooms', '0008_message_filters'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Play',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('thing', models.CharField(max_length=48)),
                ('listener', models.CharField(max_length=64)),
                ('day', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='ReactionSlice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_at_ms', models.PositiveIntegerField()),
                ('taps', models.JSONField(default=dict)),
                ('totals', models.JSONField(default=dict)),
            ],
            options={
                'ordering': ('starts_at_ms',),
            },
        ),
        migrations.AddField(
            model_name='clip',
            name='claimed_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='clip',
            name='due_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name='clip',
            name='progress',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='clip',
            name='tries',
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name='clip',
            index=models.Index(condition=models.Q(('state', 'making')), fields=['due_at'], name='clip_to_make'),
        ),
        migrations.AddIndex(
            model_name='play',
            index=models.Index(fields=['day'], name='play_of_day'),
        ),
        migrations.AddConstraint(
            model_name='play',
            constraint=models.UniqueConstraint(fields=('thing', 'listener', 'day'), name='play_once_a_day'),
        ),
        migrations.AddField(
            model_name='reactionslice',
            name='space',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reaction_slices', to='rooms.space'),
        ),
        migrations.AddConstraint(
            model_name='reactionslice',
            constraint=models.UniqueConstraint(fields=('space', 'starts_at_ms'), name='reaction_slice_once'),
        ),
        migrations.RunPython(make, drop),
    ]
