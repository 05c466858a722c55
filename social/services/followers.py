"""Telling people that they have a new follower."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import Follow, User
from social.models import Kind
from social.services.notifications import notify


def new_follower(*, user: User, follower: User, now: datetime) -> bool:
    """Tell `user` once of `follower`; leaving and following again tells nothing. Returns whether they were told."""
    key = f"follower:{follower.pk}"
    return notify(user=user, kind=Kind.FOLLOWER, key=key, actor=follower, now=now) is not None


def new_follower_of_many(*, follower_id: int, followee_ids: Sequence[int], now: datetime) -> int:
    """Tell all of these people whom somebody still follows, each by itself; begun anew it goes on. Returns how many."""
    follows = Follow.objects.filter(follower_id=follower_id, followee_id__in=followee_ids)
    rows = list(follows.select_related("follower", "followee").order_by("followee_id"))
    return sum(new_follower(user=row.followee, follower=row.follower, now=now) for row in rows)
