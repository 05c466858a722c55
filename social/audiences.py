"""Who a fan-out is told to (`FANOUT_AUDIENCES`)."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from accounts.models import Follow
from social.models import Fanout


@dataclass(frozen=True, slots=True)
class Audience:
    """Rows of which each names a person in its column `user_field`; a fan-out walks them in the order of that key.

    An index must lead with what `rows` filters by, then with that column: each chunk then costs the same.
    """

    rows: QuerySet[Any]
    user_field: str


def followers(fanout: Fanout) -> Audience:
    """Those who follow the fan-out's actor."""
    return Audience(Follow.objects.filter(followee_id=fanout.actor_id), "follower_id")
