"""Posts about the Space one is in."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from rooms.live.frames.base import Count, Model, Person, Ref, SpaceData

PostId = Annotated[str, Field(pattern=r"^[0-9]{1,19}$")]


class PostData(SpaceData):
    """Which Space, and what to post. The service says how long it may be."""

    text: Annotated[str, Field(max_length=5000)]


class SpacePost(Model):
    """Post about the Space one is in."""

    type: Literal["space.post"]
    ref: Ref
    data: PostData


class RoomPost(Model):
    """A post; whether the reader likes it is only in the API's answers."""

    id: PostId
    author: Person
    text: str
    created_at: AwareDatetime
    likes: Count
    replies: Count


class PostAddedData(Model):
    """What was posted."""

    post: RoomPost


class PostDeletedData(Model):
    """Which post is gone."""

    id: PostId


class PostAdded(Model):
    """Somebody inside posted about the Space."""

    type: Literal["post.added"]
    space: UUID
    data: PostAddedData


class PostDeleted(Model):
    """A post about the Space is to be shown no longer."""

    type: Literal["post.deleted"]
    space: UUID
    data: PostDeletedData


PostNotice = Annotated[PostAdded | PostDeleted, Field(discriminator="type")]
