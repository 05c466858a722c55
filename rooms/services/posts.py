"""Posts about a Space from inside it: on the timelines of those who follow the author, and in the room.

Posts carry no seq, so none of this locks the Space's row.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.dispatch import receiver

from accounts.models import User
from rooms.errors import NotInSpace
from rooms.events import tell_space
from rooms.models import Space
from rooms.permissions import Action, require
from rooms.selectors.posts import room_post_card
from rooms.selectors.schedule import not_live
from rooms.services.locks import locked_participation
from social.errors import PostEmpty
from social.models import Post
from social.services.posts import post_create
from social.signals import post_deleted
from spaces_project.lib import broadcast
from spaces_project.lib.text import clean_text


def space_post(*, space: Space, author: User, text: str, now: datetime) -> Post:
    """Post about the Space one is in; those inside see it at once, and whoever follows `author` on their timeline.

    Raises SpaceEnded, SpaceNotStarted, NotInSpace, Removed, and what `post_create` refuses (PostEmpty, PostTooLong, TooMany).
    Unlike a post from outside it needs words: those inside know where they are.
    """
    if not clean_text(text, lines=settings.SPACES_POST_MAX_LINES):
        raise PostEmpty()
    with transaction.atomic():
        space = Space.objects.get(pk=space.pk)
        # Locked, so that nothing is posted after the author's removal.
        participation = locked_participation(space, author.pk)
        if not space.is_live:
            raise not_live(space)
        if not require(participation, Action.SPACE_POST).is_present:
            raise NotInSpace()
        post = post_create(author=author, text=text, space_id=space.pk, now=now)
        tell_space(space, "post.added", {"post": room_post_card(post)})
    return post


@receiver(post_deleted)
def tell_of_deleted_post(post_id: int, space_id: UUID | None, **_: Any) -> None:
    """A post about a Space is to be shown there no longer, also one that was written outside of it."""
    if space_id is not None:
        frame = {"type": "post.deleted", "space": str(space_id), "data": {"id": str(post_id)}}
        broadcast.send(broadcast.space_group(space_id), frame)
