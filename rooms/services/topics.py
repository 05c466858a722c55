"""Which topics somebody is interested in."""

from datetime import datetime

from django.db import IntegrityError, transaction

from accounts.models import User
from rooms.models import Topic, TopicFollow


def topic_follow(*, user: User, topic: Topic, now: datetime) -> bool:
    """`user` follows `topic`: its Spaces come first in their lists. Done twice it is done once; returns whether it is new."""
    try:
        # A savepoint of its own: the one who loses the race for the same row goes on.
        with transaction.atomic():
            TopicFollow.objects.create(user=user, topic=topic, created_at=now)
    except IntegrityError:
        return False
    return True


def topic_unfollow(*, user: User, topic: Topic) -> bool:
    """`user` follows `topic` no more; done twice it is done once. Returns whether they did."""
    deleted, _ = TopicFollow.objects.filter(user=user, topic=topic).delete()
    return bool(deleted)
