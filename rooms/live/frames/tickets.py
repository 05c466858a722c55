"""Tickets and tips: what becomes of one's seat, what a Space costs, and the room's thanks."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from rooms.live.frames.base import Event, Model, Person, Ticket


class TicketChangedData(Model):
    """What has happened to the reader's seat or place in line, and in which Space."""

    reason: Literal["paid", "released", "offered", "lapsed", "given", "passed_on", "refunded"]
    title: str


class TicketChanged(Model):
    """To all devices of one person: read the offer, or one's tickets, again."""

    type: Literal["ticket.changed"]
    space: UUID
    data: TicketChangedData


class TicketedData(Model):
    """What a ticket costs; null where everybody gets in free."""

    ticket: Ticket | None


class SpaceTicketed(Event):
    """The host sells tickets for an announced Space, at another price, or not any more."""

    type: Literal["space.ticketed"]
    data: TicketedData


class TipReceivedData(Model):
    """Who gave (null: somebody who wants to be unnamed), and to whom. How much is between the two."""

    id: UUID
    by: Person | None
    to: Person


class TipReceived(Model):
    """Somebody has given a tip to host or speaker."""

    type: Literal["tip.received"]
    space: UUID
    data: TipReceivedData


TicketNotice = Annotated[TicketChanged | TipReceived, Field(discriminator="type")]
