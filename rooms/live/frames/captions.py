"""What is said in a Space, in writing."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from rooms.live.frames.base import Count, Event, Model, Ref, SpaceData, UserId

LineId = Annotated[str, Field(pattern=r"^[0-9]{1,18}$")]


class CaptionsCard(Model):
    """Captions of a Space whose host wants them (`captions_wanted`).

    `available`: whether there is a model for its language; `rough`: whether it mishears a lot; `worker`: whether somebody
    writes along now, or is about to.
    """

    available: bool
    rough: bool
    worker: Literal["absent", "starting", "on"]


class CaptionsChanged(Event):
    """Whoever writes along came or went."""

    type: Literal["captions.changed"]
    data: CaptionsCard


class LineData(SpaceData):
    """Which line."""

    line: LineId


class CaptionsShow(Model):
    """Send what is said, as long as this socket watches the Space."""

    type: Literal["captions.show"]
    ref: Ref
    data: SpaceData


class CaptionsHide(Model):
    """Send no more of it."""

    type: Literal["captions.hide"]
    ref: Ref
    data: SpaceData


class CaptionsRemove(Model):
    """Take a line out."""

    type: Literal["captions.remove"]
    ref: Ref
    data: LineData


CaptionsCommand = Annotated[CaptionsShow | CaptionsHide | CaptionsRemove, Field(discriminator="type")]


class CaptionLineCard(Model):
    """A line that stays as it is; times are milliseconds since the Space's start. `user` is null once the account is gone."""

    id: LineId
    user: UserId | None
    name: str
    starts_at_ms: Count
    ends_at_ms: Count
    text: str
    masked: bool


class PartialData(Model):
    """What somebody seems to be saying; "" takes back what it seemed to be before."""

    user: UserId
    name: str
    starts_at_ms: Count
    text: str


class RemovedLineData(Model):
    """Which line is gone."""

    id: LineId


class CaptionsLine(Model):
    """To sockets that show captions: what somebody has said. It takes the place of what it seemed to be."""

    type: Literal["captions.line"]
    space: UUID
    data: CaptionLineCard


class CaptionsPartial(Model):
    """To sockets that show captions: what somebody is saying, as far as it is understood."""

    type: Literal["captions.partial"]
    space: UUID
    data: PartialData


class CaptionsRemoved(Model):
    """To sockets that show captions: a line is to be shown no longer."""

    type: Literal["captions.removed"]
    space: UUID
    data: RemovedLineData


CaptionsNotice = Annotated[
    CaptionsLine | CaptionsPartial | CaptionsRemoved | CaptionsChanged, Field(discriminator="type")
]
