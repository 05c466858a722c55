"""Posts about a Space, as its room and its page show them."""

from typing import Any

from django.db.models import QuerySet

from accounts.selectors import Viewer, person_card
from rooms.models import Participation, Space
from social.models import Post
from social.selectors.posts import posts_about


def posts_of_space(space: Space, *, viewer: Viewer) -> QuerySet[Post]:
    """Posts about `space` (of `room_for_viewer`), newest first, with their people; none of those who were removed from it."""
    removed = Participation.objects.filter(space=space, removed_at__isnull=False).values("user_id")
    return posts_about(space.pk, viewer=viewer).exclude(author_id__in=removed)


def room_post_card(post: Post) -> dict[str, Any]:
    """A post as the frame to all in the room has it: without what differs from reader to reader (docs/protocol.md)."""
    return {
        "id": str(post.pk),
        "author": person_card(post.author),
        "text": post.text,
        "created_at": post.created_at,
        "likes": post.like_count,
        "replies": post.reply_count,
    }
