"""What is said in a Space, in writing."""

from typing import Literal

from rooms.live.frames.base import Event, Model


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


CaptionEvent = CaptionsChanged
