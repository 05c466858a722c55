"""What all frames are made of."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Ref = Annotated[str, Field(min_length=1, max_length=64)]
Connection = Annotated[str, Field(min_length=1, max_length=32)]
UserId = Annotated[str, Field(pattern=r"^[0-9]{1,19}$")]
Seq = Annotated[int, Field(ge=0)]
Count = Annotated[int, Field(ge=0)]
StageRole = Literal["host", "cohost", "speaker"]
Role = Literal["host", "cohost", "speaker", "listener"]
EndReason = Literal["host", "host_left", "staff"]


class Model(BaseModel):
    """No field more, none less, and none of another type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Nothing(Model):
    """No data."""


class SpaceData(Model):
    """Which Space."""

    space: UUID


class UserData(Model):
    """Who."""

    user: UserId


class Person(Model):
    """Somebody, as everybody may see them."""

    id: UserId
    handle: str
    name: str
    picture: str


class StagePerson(Person):
    """Somebody on stage."""

    role: StageRole
    muted: bool
    present: bool


class Topic(Model):
    """A subject."""

    slug: str
    name: str


class Ticket(Model):
    """What a ticket for a Space costs: minor units of a currency (ISO 4217, lower case), and in words."""

    amount: Annotated[int, Field(ge=1)]
    currency: Annotated[str, Field(pattern=r"^[a-z]{3}$")]
    price: str
    words: str


class Event(Model):
    """A change of a Space, which `seq` counts."""

    space: UUID
    seq: Annotated[int, Field(ge=1)]
