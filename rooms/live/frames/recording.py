"""The recording of a Space: the sign of it, and what its host hears while the mix is made."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from rooms.live.frames.base import Model


class RecordingProgressData(Model):
    """How far it is, in percent."""

    progress: Annotated[int, Field(ge=0, le=100)]


class RecordingProgress(Model):
    """To the host's devices: so much of the mix is made. At most once a second."""

    type: Literal["recording.progress"]
    space: UUID
    data: RecordingProgressData


RecordingNotice = RecordingProgress
