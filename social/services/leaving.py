"""What somebody who leaves has written and liked goes, and is counted no more. Each of these may be done again."""

from collections import Counter

from django.db import transaction
from django.db.models import F

from accounts.models import User
from social.models import Post, PostLike

# Rows a transaction.
_CHUNK = 500


def likes_forget(*, user: User) -> None:
    """`user` likes nothing any more."""
    mine = PostLike.objects.filter(user=user).order_by("pk")
    while keys := list(mine.values_list("pk", flat=True)[:_CHUNK]):
        with transaction.atomic():
            chunk = PostLike.objects.filter(pk__in=keys)
            # Locked: one that is taken back at this moment is counted by whoever does so.
            posts = list(chunk.select_for_update().order_by("post_id").values_list("post_id", flat=True))
            Post.objects.filter(pk__in=posts).update(like_count=F("like_count") - 1)
            chunk.delete()


def posts_forget(*, user: User) -> None:
    """`user` has posted nothing; answers of others to it stay, as answers to nothing."""
    mine = Post.objects.filter(author=user).order_by("pk")
    while keys := list(mine.values_list("pk", flat=True)[:_CHUNK]):
        with transaction.atomic():
            chunk = Post.objects.filter(pk__in=keys)
            locked = chunk.select_for_update().order_by("pk").values_list("parent_id", "deleted_at")
            # A deleted answer has been taken off the number already.
            answered = Counter(
                parent for parent, deleted_at in locked if parent is not None and deleted_at is None
            )
            for parent, count in sorted(answered.items()):
                Post.objects.filter(pk=parent).update(reply_count=F("reply_count") - count)
            chunk.delete()
