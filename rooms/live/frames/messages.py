"""What people do beside the stage: write, react, listen as a guest, not hear somebody."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from rooms.live.frames.base import Model, Person, Ref, Role, SpaceData, UserId

MessageId = Annotated[str, Field(pattern=r"^[0-9]{1,19}$")]


class PostData(SpaceData):
    """Which Space, and what to write. The service says how long it may be."""

    text: Annotated[str, Field(max_length=5000)]


class DeleteData(SpaceData):
    """Which message it is about."""

    message: MessageId


class ReactData(SpaceData):
    """An emoji of `SPACES_REACTIONS`."""

    kind: Annotated[str, Field(min_length=1, max_length=16)]


class GuestData(SpaceData):
    """Which Space, and the token of the guest's join."""

    token: Annotated[str, Field(min_length=1, max_length=400)]


class MessagePost(Model):
    """Write in the room."""

    type: Literal["message.post"]
    ref: Ref
    data: PostData


class MessageDelete(Model):
    """Delete one's own message, or as host or co-host somebody else's."""

    type: Literal["message.delete"]
    ref: Ref
    data: DeleteData


class MessageApprove(Model):
    """Let a held message through, as host or co-host."""

    type: Literal["message.approve"]
    ref: Ref
    data: DeleteData


class MessageDecline(Model):
    """Turn a held message down, as host or co-host."""

    type: Literal["message.decline"]
    ref: Ref
    data: DeleteData


class SpaceReact(Model):
    """Tap a reaction."""

    type: Literal["space.react"]
    ref: Ref
    data: ReactData


class GuestPresent(Model):
    """This socket is where a guest listens."""

    type: Literal["guest.present"]
    ref: Ref
    data: GuestData


class GuestLeave(Model):
    """The guest leaves."""

    type: Literal["guest.leave"]
    ref: Ref
    data: GuestData


MessageCommand = Annotated[
    MessagePost | MessageDelete | MessageApprove | MessageDecline | SpaceReact | GuestPresent | GuestLeave,
    Field(discriminator="type"),
]


class Message(Model):
    """A few words in a Space; `role` is what the author is in it, `held` whether it waits for host or co-host."""

    id: MessageId
    author: Person
    role: Role
    text: Annotated[str, Field(min_length=1, max_length=280)]
    held: bool
    created_at: AwareDatetime


class PostedData(Model):
    """What was written."""

    message: Message


class DeletedData(Model):
    """Which message is gone."""

    id: MessageId


class PersonMutedData(Model):
    """Whom the reader does (not) want to hear."""

    user: UserId
    muted: bool


class MessagePosted(Model):
    """Somebody wrote in the room."""

    type: Literal["message.posted"]
    space: UUID
    data: PostedData


class MessageHeld(Model):
    """To its author, and to host and co-hosts: a message waits to be let through."""

    type: Literal["message.held"]
    space: UUID
    data: PostedData


class BlockedWordsData(Model):
    """All words that no message may have in it."""

    blocked_words: list[str]


class WordsChanged(Model):
    """To host and co-hosts: what no message may have in it."""

    type: Literal["words.changed"]
    space: UUID
    data: BlockedWordsData


class MessageDeleted(Model):
    """A message is to be shown no longer."""

    type: Literal["message.deleted"]
    space: UUID
    data: DeletedData


class PersonMuted(Model):
    """To all devices of one person: they muted or unmuted somebody for themselves."""

    type: Literal["person.muted"]
    data: PersonMutedData


MessageNotice = Annotated[
    MessagePosted | MessageDeleted | PersonMuted | MessageHeld | WordsChanged, Field(discriminator="type")
]
