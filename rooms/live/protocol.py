"""Every frame of the websocket, both ways, as a model (docs/protocol.md says the same in words).

What arrives is parsed with `parse_client_frame`; what is sent is checked against `check_server_frame` in tests and with
DEBUG. `docs/protocol.schema.json` is printed from here by `python -m rooms.live.schema`.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from django.utils.translation import gettext as _
from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from rooms.live.frames.base import Connection, Count, Model, Person, Ref, Seq, SpaceData, UserId
from rooms.live.frames.captions import CaptionsCommand, CaptionsNotice
from rooms.live.frames.messages import MessageCommand, MessageNotice
from rooms.live.frames.notifications import NotificationNotice
from rooms.live.frames.posts import PostNotice, SpacePost
from rooms.live.frames.recording import RecordingCommand, RecordingEvent, RecordingNotice
from rooms.live.frames.room import RoomEvent, Snapshot
from rooms.live.frames.schedule import ScheduleEvent
from rooms.live.frames.social import SocialNotice
from rooms.live.frames.stage import StageCommand, StageNotice
from rooms.live.frames.tickets import SpaceTicketed, TicketNotice

PROTOCOL_VERSION = "1"


class Close:
    """Close codes: the client's reaction to each is in docs/protocol.md."""

    INTERNAL = 1011
    RESTART = 1012
    BAD_FRAMES = 4400
    UNAUTHORIZED = 4401
    BAD_ORIGIN = 4403
    TOO_SLOW = 4408
    SESSION_ENDED = 4410
    BAD_SIZE = 4409
    TOO_MANY = 4429


# From the client ------------------------------------------------------------------------------------------------


class ConnectionData(SpaceData):
    """Which Space, and which join of it (`connection` of the join's answer)."""

    connection: Connection


class MicData(SpaceData):
    """Whether the own microphone is to be muted."""

    muted: bool


class PingData(Model):
    """The number of a ping."""

    n: Annotated[int, Field(ge=0, lt=2**53)]


class SpaceWatch(Model):
    """Send the Space's snapshot, and its events from then on."""

    type: Literal["space.watch"]
    ref: Ref
    data: SpaceData


class SpaceUnwatch(Model):
    """Send no more events of the Space."""

    type: Literal["space.unwatch"]
    ref: Ref
    data: SpaceData


class SpacePresent(Model):
    """This socket is where the person listens."""

    type: Literal["space.present"]
    ref: Ref
    data: ConnectionData


class SpaceLeave(Model):
    """The person leaves."""

    type: Literal["space.leave"]
    ref: Ref
    data: SpaceData


class AudioConnected(Model):
    """The client stands in the audio room: give it its rights."""

    type: Literal["audio.connected"]
    ref: Ref
    data: ConnectionData


class MicSet(Model):
    """Mute or unmute oneself."""

    type: Literal["mic.set"]
    ref: Ref
    data: MicData


class Pong(Model):
    """The answer to a ping."""

    type: Literal["pong"]
    data: PingData


ClientFrame = Annotated[
    SpaceWatch
    | SpaceUnwatch
    | SpacePresent
    | SpaceLeave
    | AudioConnected
    | MicSet
    | StageCommand
    | MessageCommand
    | CaptionsCommand
    | SpacePost
    | RecordingCommand
    | Pong,
    Field(discriminator="type"),
]

# From the server ------------------------------------------------------------------------------------------------


class Bubble(Model):
    """A live Space with somebody on stage whom the reader follows."""

    space: UUID
    title: str
    people: Annotated[list[Person], Field(max_length=3)]
    others: Count
    listeners: Count
    started_at: AwareDatetime | None


class WelcomeData(Model):
    """Who the server takes the client for, and the version of this protocol."""

    user: UserId | None
    version: str


class Welcome(Model):
    """The socket is open."""

    type: Literal["welcome"]
    data: WelcomeData


class Ping(Model):
    """Answer with `pong` and the same `n`."""

    type: Literal["ping"]
    data: PingData


class Error(Model):
    """Why a command was refused: a stable code, and a sentence for the person. `too_many` says after how many seconds to
    come again."""

    code: str
    message: str
    retry_after: Annotated[int, Field(ge=1)] | None = None


class ReplyOk(Model):
    """The command was carried out."""

    type: Literal["reply"]
    ref: Ref
    ok: Literal[True]
    data: dict[str, Any]


class ReplyError(Model):
    """The command was refused; `ref` is null when it could not be read."""

    type: Literal["reply"]
    ref: Ref | None
    ok: Literal[False]
    error: Error


class BubblesData(Model):
    """All bubbles of the reader."""

    bubbles: list[Bubble]


class BubblesSnapshot(Model):
    """Replaces all bubbles that the client knows."""

    type: Literal["bubbles.snapshot"]
    data: BubblesData


class BubbleShown(Model):
    """A bubble is new, or has changed."""

    type: Literal["bubble.shown"]
    data: Bubble


class BubbleHidden(Model):
    """A bubble is gone."""

    type: Literal["bubble.hidden"]
    data: SpaceData


class SpaceSnapshot(Model):
    """Replaces all that the client knows of the Space."""

    type: Literal["space.snapshot"]
    space: UUID
    seq: Seq
    data: Snapshot


class TickData(Model):
    """How many listen, the newest seq, and what was tapped since the last tick: kind → taps (left out when nothing was)."""

    listeners: Count
    seq: Seq
    reactions: dict[str, Annotated[int, Field(ge=1)]] = {}


class SpaceTick(Model):
    """The number of listeners changed, somebody reacted, or an event seems to be lost."""

    type: Literal["space.tick"]
    space: UUID
    data: TickData


class WaitingData(Model):
    """How many have asked to be reminded."""

    count: Count


class SpaceWaiting(Model):
    """How many wait for a scheduled Space."""

    type: Literal["space.waiting"]
    space: UUID
    data: WaitingData


class SupersededData(Model):
    """The join that counts now."""

    connection: Connection


class SpaceSuperseded(Model):
    """The account has joined the Space again, from elsewhere."""

    type: Literal["space.superseded"]
    space: UUID
    data: SupersededData


class ResyncData(Model):
    """Wait a random time of up to so many milliseconds."""

    within_ms: Count


class SpaceResync(Model):
    """Events were lost: send `space.watch` again."""

    type: Literal["space.resync"]
    space: UUID
    data: ResyncData


Reply = Annotated[ReplyOk | ReplyError, Field(discriminator="ok")]
ServerFrame = Annotated[
    Welcome
    | Ping
    | Reply
    | BubblesSnapshot
    | BubbleShown
    | BubbleHidden
    | SpaceSnapshot
    | SpaceTick
    | SpaceWaiting
    | SpaceSuperseded
    | SpaceResync
    | StageNotice
    | MessageNotice
    | PostNotice
    | SocialNotice
    | NotificationNotice
    | CaptionsNotice
    | RecordingNotice
    | RecordingEvent
    | TicketNotice
    | RoomEvent
    | ScheduleEvent
    | SpaceTicketed,
    Field(discriminator="type"),
]

CLIENT_FRAMES: TypeAdapter[Any] = TypeAdapter(ClientFrame)
SERVER_FRAMES: TypeAdapter[Any] = TypeAdapter(ServerFrame)


class BadFrame(Exception):
    """What arrived is no frame of this protocol; `ref` is the command's, if that much could be read."""

    def __init__(self, code: str, message: str, ref: str | None) -> None:
        super().__init__(message)
        self.code, self.message, self.ref = code, message, ref


def parse_client_frame(text: str) -> Any:
    """The command or pong in `text`, as its model.

    Raises BadFrame with the code `frame.not_json`, `frame.unknown_type` or `frame.invalid`.
    """
    try:
        return CLIENT_FRAMES.validate_json(text)
    except ValidationError as error:
        raise _bad_frame(text, error) from None


def check_server_frame(text: str) -> Any:
    """The frame that would be sent, as its model. Raises ValidationError when the protocol has no such frame."""
    return SERVER_FRAMES.validate_json(text)


def _bad_frame(text: str, error: ValidationError) -> BadFrame:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return BadFrame("frame.not_json", _("This is not JSON."), None)
    if first["type"] in ("union_tag_invalid", "union_tag_not_found") and len(first["loc"]) == 0:
        return BadFrame("frame.unknown_type", _("The server knows no command of this type."), _ref_of(text))
    # The first part of the path is the frame's type.
    where = ".".join(str(part) for part in first["loc"][1:]) or "frame"
    return BadFrame("frame.invalid", f"{where}: {first['msg']}", _ref_of(text))


def _ref_of(text: str) -> str | None:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    ref = found.get("ref") if isinstance(found, Mapping) else None
    return ref if isinstance(ref, str) and 0 < len(ref) <= 64 else None
