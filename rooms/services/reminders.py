"""Who is reminded of a scheduled Space, and when. What is told to many are fan-outs (social.services.fanouts)."""

from datetime import datetime

from accounts.models import User
from rooms.models import Space


def reminder_set(*, space: Space, user: User, now: datetime) -> bool:
    """`user` wants to be told of this scheduled Space; done twice it is done once. Returns whether that is new."""
    raise NotImplementedError


def reminder_unset(*, space: Space, user: User, now: datetime) -> bool:
    """`user` wants it no more; done twice it is done once. Returns whether they did."""
    raise NotImplementedError


def plan_reminders(space: Space, *, now: datetime) -> None:
    """Plan (or plan anew, after a move) what is told before the start: to the host and to those who asked.

    Call it in the transaction that schedules or moves the Space.
    """


def tell_moved(space: Space, *, now: datetime) -> None:
    """Tell those who asked that the Space has a new time. Call it after `plan_reminders`, in the same transaction."""


def tell_cancelled(space: Space, *, now: datetime) -> None:
    """Drop what was planned, and tell those who asked that the Space is cancelled; in the same transaction."""


def tell_expired(space: Space, *, now: datetime) -> None:
    """Drop what was planned, and tell those who asked that the Space did not start; in the same transaction."""


def tell_live(space: Space, *, now: datetime) -> None:
    """Drop what was planned, and tell those who asked that the Space is live; in the same transaction."""
