"""The topics a new installation begins with; staff change the list in the admin."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TOPICS = {
    "arts": "Arts & Culture",
    "books": "Books & Writing",
    "business": "Business & Careers",
    "climate": "Climate & Environment",
    "comedy": "Comedy",
    "crypto": "Crypto & Web3",
    "education": "Education",
    "faith": "Faith & Philosophy",
    "family": "Family & Relationships",
    "fashion": "Fashion & Beauty",
    "film-tv": "Film & TV",
    "finance": "Finance & Investing",
    "food": "Food & Drink",
    "gaming": "Gaming",
    "health": "Health & Wellness",
    "history": "History",
    "local": "Local Community",
    "music": "Music",
    "news": "News",
    "politics": "Politics",
    "science": "Science",
    "sports": "Sports",
    "technology": "Technology",
    "travel": "Travel",
}


def add_topics(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add those that are not there."""
    Topic = apps.get_model("rooms", "Topic")
    Topic.objects.bulk_create([Topic(slug=slug, name=name) for slug, name in TOPICS.items()], ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("rooms", "0001_initial")]

    operations = [migrations.RunPython(add_topics, migrations.RunPython.noop, elidable=False)]
