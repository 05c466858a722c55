"""What becomes of a Space that is announced."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from rooms.live.frames.base import Event, Model


class StartedData(Model):
    """When the Space went on air; it ends by itself unless the host joins before `host_absent_until`."""

    started_at: AwareDatetime
    host_absent_until: AwareDatetime


class MovedData(Model):
    """When the Space is announced for now, and the zone that its host goes by."""

    scheduled_at: AwareDatetime
    time_zone: str


class GivenUpData(Model):
    """When it became clear that the Space does not take place."""

    ended_at: AwareDatetime


class SpaceStarted(Event):
    """The announced Space is on air: one can join."""

    type: Literal["space.started"]
    data: StartedData


class SpaceMoved(Event):
    """The announced Space has a new time."""

    type: Literal["space.moved"]
    data: MovedData


class SpaceCancelled(Event):
    """The announced Space does not take place."""

    type: Literal["space.cancelled"]
    data: GivenUpData


class SpaceExpired(Event):
    """The announced Space was not started in time."""

    type: Literal["space.expired"]
    data: GivenUpData


ScheduleEvent = Annotated[
    SpaceStarted | SpaceMoved | SpaceCancelled | SpaceExpired, Field(discriminator="type")
]
