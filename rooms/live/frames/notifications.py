"""What somebody is told, and the numbers on their inbox."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from rooms.live.frames.base import Count, Model, Nothing, Person

Key = Annotated[str, Field(pattern=r"^[0-9]{1,19}$")]


class NotificationCard(Model):
    """A notification in words; `url` is a path on this site."""

    id: Key
    kind: str
    event: str
    title: str
    text: str
    url: str
    actor: Person | None
    space: UUID | None
    created_at: AwareDatetime
    read: bool


class InboxCountsData(Model):
    """Conversations with something unread, and notifications not seen yet."""

    messages: Count
    notifications: Count


class NotificationAddedData(Model):
    """What is new."""

    notification: NotificationCard


class InboxCounts(Model):
    """To all devices of a person: the numbers on their inbox."""

    type: Literal["inbox.counts"]
    data: InboxCountsData


class NotificationAdded(Model):
    """To all devices of a person: they are told something. The same id may come twice."""

    type: Literal["notification.added"]
    data: NotificationAddedData


class NotificationsSeen(Model):
    """To all devices of a person: their notifications were on screen."""

    type: Literal["notifications.seen"]
    data: Nothing


NotificationNotice = Annotated[
    InboxCounts | NotificationAdded | NotificationsSeen, Field(discriminator="type")
]
