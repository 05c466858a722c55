"""Posting about the Space one is in."""

from typing import Any

from django.utils import timezone

from rooms import selectors
from rooms.live.commands import command
from rooms.live.consumer import Client
from rooms.live.database import in_database
from rooms.live.frames.posts import PostData, SpacePost
from rooms.services import posts


@command(SpacePost)
async def space_post(client: Client, data: PostData) -> dict[str, Any]:
    """Post; it comes as `post.added`, too."""
    return {"id": await in_database(_post)(client, data)}


def _post(client: Client, data: PostData) -> str:
    space = selectors.space_for_viewer(user=client.user, space_id=data.space)
    post = posts.space_post(space=space, author=client.signed_in, text=data.text, now=timezone.now())
    return str(post.pk)
