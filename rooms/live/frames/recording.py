"""The recording of a Space: the sign of it, who lets themselves be recorded, and what its host hears while the mix is made."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from rooms.live.frames.base import Event, Model, Nothing, Ref, SpaceData


class RecordingStart(Model):
    """Record from now on."""

    type: Literal["recording.start"]
    ref: Ref
    data: SpaceData


class RecordingStop(Model):
    """Record no more, for now."""

    type: Literal["recording.stop"]
    ref: Ref
    data: SpaceData


class RecordingConsent(Model):
    """On stage: let what one says be recorded."""

    type: Literal["recording.consent"]
    ref: Ref
    data: SpaceData


RecordingCommand = Annotated[RecordingStart | RecordingStop | RecordingConsent, Field(discriminator="type")]


class RecordingCard(Model):
    """Whether the Space is being recorded, since when, and what keeps it from being ("" for nothing)."""

    on: bool
    since: AwareDatetime | None
    trouble: Literal["", "disk_full", "storage", "no_recorder"]


class RecordingStarted(Event):
    """The Space is being recorded now."""

    type: Literal["recording.started"]
    data: RecordingCard


class RecordingStopped(Event):
    """The Space is not being recorded any more."""

    type: Literal["recording.stopped"]
    data: RecordingCard


class RecordingTrouble(Event):
    """Something keeps the Space from being recorded, or does so no more."""

    type: Literal["recording.trouble"]
    data: RecordingCard


RecordingEvent = Annotated[
    RecordingStarted | RecordingStopped | RecordingTrouble, Field(discriminator="type")
]


class RecordingProgressData(Model):
    """How far it is, in percent."""

    progress: Annotated[int, Field(ge=0, le=100)]


class RecordingProgress(Model):
    """To the host's devices: so much of the mix is made. At most once a second."""

    type: Literal["recording.progress"]
    space: UUID
    data: RecordingProgressData


class RecordingConsented(Model):
    """To all devices of one person: they let themselves be recorded in that Space."""

    type: Literal["recording.consented"]
    space: UUID
    data: Nothing


RecordingNotice = Annotated[RecordingProgress | RecordingConsented, Field(discriminator="type")]
