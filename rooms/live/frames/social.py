"""What people hear of each other outside of a Space: direct messages."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from rooms.live.frames.base import Model, Person, Ticket, UserId

Key = Annotated[str, Field(pattern=r"^[0-9]{1,19}$")]


class SpaceCard(Model):
    """A Space in short, as the reader may see it."""

    id: UUID
    title: str
    state: str
    host: Person
    url: str
    scheduled_at: AwareDatetime | None
    started_at: AwareDatetime | None
    ended_at: AwareDatetime | None
    has_replay: bool
    ticket: Ticket | None


class DirectMessageCard(Model):
    """A direct message; `space` is the Space it links to, if the reader may see that."""

    id: Key
    author: Person
    text: str
    space: SpaceCard | None
    created_at: AwareDatetime


class DirectPostedData(Model):
    """In which conversation, and what."""

    conversation: Key
    message: DirectMessageCard


class DirectDeletedData(Model):
    """In which conversation, and which message is gone."""

    conversation: Key
    id: Key


class DirectReadData(Model):
    """Which conversation."""

    conversation: Key


class DirectPosted(Model):
    """To both people of a conversation, on all devices: one of them wrote."""

    type: Literal["direct.posted"]
    data: DirectPostedData


class DirectDeleted(Model):
    """To both: a message is to be shown no longer."""

    type: Literal["direct.deleted"]
    data: DirectDeletedData


class DirectRead(Model):
    """To all devices of the one who has read: nothing of what they were shown is new any more."""

    type: Literal["direct.read"]
    data: DirectReadData


class TimelinePostedData(Model):
    """Who has written."""

    author: Person


class TimelinePosted(Model):
    """To those on whose home it is: somebody they follow has posted."""

    type: Literal["timeline.posted"]
    data: TimelinePostedData


class PersonBlockedData(Model):
    """Whom the reader blocks (no more)."""

    user: UserId
    blocked: bool


class PersonBlocked(Model):
    """To all devices of one person: they blocked or unblocked somebody."""

    type: Literal["person.blocked"]
    data: PersonBlockedData


SocialNotice = Annotated[
    DirectPosted | DirectDeleted | DirectRead | TimelinePosted | PersonBlocked, Field(discriminator="type")
]
