"""Who follows whom, and the two counts that go with it."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext

from accounts.models import Follow, User
from accounts.selectors import is_blocked_between
from accounts.signals import follow_changed, send_on_commit
from spaces_project.lib import limits
from spaces_project.lib.errors import Invalid, NotFound


def follow(*, follower: User, followee: User, now: datetime) -> bool:
    """Make `follower` follow `followee`; done twice it is done once. Returns whether that is new.

    Raises Invalid (`follow.self`), TooMany, NotFound for an account that is not active, or where one blocks the other.
    """
    if follower.pk == followee.pk:
        raise Invalid(gettext("You cannot follow yourself."), code="follow.self")
    # Whoever is blocked is not told so: the other does not exist for them.
    if not followee.is_active or is_blocked_between(follower, followee):
        raise NotFound()
    limits.require("follow", user=follower, now=now)
    with transaction.atomic():
        try:
            # A savepoint of its own: the one who loses the race for the same row goes on.
            with transaction.atomic():
                Follow.objects.create(follower=follower, followee=followee, created_at=now)
        except IntegrityError:
            return False
        _count(follower=follower, followee=followee, by=1)
        send_on_commit(follow_changed, follower_id=follower.pk, followee_id=followee.pk, following=True)
    return True


def unfollow(*, follower: User, followee: User) -> bool:
    """Make `follower` follow `followee` no more; done twice it is done once. Returns whether they did."""
    with transaction.atomic():
        deleted, _ = Follow.objects.filter(follower=follower, followee=followee).delete()
        if not deleted:
            return False
        _count(follower=follower, followee=followee, by=-1)
        send_on_commit(follow_changed, follower_id=follower.pk, followee_id=followee.pk, following=False)
    return True


def _count(*, follower: User, followee: User, by: int) -> None:
    """Move both counts, in the transaction that really wrote or deleted the row.

    Everybody locks users in the order of their ids, and after the row of the follow: no two can wait for each other.
    Raises NotFound, which undoes the follow, when one of the accounts has just been deleted.
    """
    counts = {follower.pk: "following_count", followee.pk: "follower_count"}
    for user_id, count in sorted(counts.items()):
        if not User.objects.filter(pk=user_id).update(**{count: F(count) + by}):
            raise NotFound()
