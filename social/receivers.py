"""What accounts says that somebody is to be told of (after commit)."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from accounts.models import User
from accounts.signals import follow_changed
from social.models import Kind
from social.services.notifications import notify


@receiver(follow_changed)
def tell_of_follower(follower_id: int, followee_id: int, following: bool, **_: Any) -> None:
    """Somebody has a new follower. Told once for each pair: leaving and following again tells nothing."""
    if not following:
        return
    people = User.objects.in_bulk([follower_id, followee_id])
    if len(people) == 2:
        notify(
            user=people[followee_id],
            kind=Kind.FOLLOWER,
            key=f"follower:{follower_id}",
            actor=people[follower_id],
            now=timezone.now(),
        )
