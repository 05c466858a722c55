"""What one would write first: a task for each follower."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spaces_project.settings")

import django

django.setup()

from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from social.models import Kind, Notification  # noqa: E402
from social.services.notifications import notify  # noqa: E402
from spaces_project.celery import app  # noqa: E402


@app.task
def insert_one(user_id: int, actor_id: int, key: str) -> None:
    """The row alone: nobody is asked whether they want it."""
    Notification.objects.create(
        user_id=user_id, actor_id=actor_id, kind=Kind.LIVE, event="live", key=key, data={"title": "Morning"}
    )


@app.task
def notify_one(user_id: int, actor_id: int, key: str) -> None:
    """With all that a fan-out also heeds: preferences, blocks, mutes, devices."""
    people = User.objects.in_bulk([user_id, actor_id])
    notify(
        user=people[user_id],
        actor=people[actor_id],
        kind=Kind.LIVE,
        event="live",
        key=key,
        data={"title": "Morning"},
        now=timezone.now(),
    )
