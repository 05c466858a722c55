"""What pages of apps below show of tickets and tips (`PAGE_PARTS`)."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from accounts.models import User
from rooms.models import Participation, Space
from tickets.selectors.box import box_of, refunded_by_cancelling
from tickets.selectors.tips import takers_among


def on_space(
    request: HttpRequest, *, space: Space, participation: Participation | None, stage: Sequence[User]
) -> dict[str, Any]:
    """`ticket`: the TicketBox of a ticketed Space; `tip_takers`: those of its stage whom the reader can tip."""
    box = None if space.state in _NOT_HELD else box_of(space, request.user, now=timezone.now())
    return {"ticket": box, "tip_takers": _takers(request, [person.pk for person in stage])}


def on_cancel(request: HttpRequest, *, space: Space) -> dict[str, Any]:
    """`tickets_refunded`: how many tickets are paid back when the Space is cancelled."""
    return {"tickets_refunded": refunded_by_cancelling(space.pk) if getattr(space, "offer", None) else 0}


def on_profile(request: HttpRequest, *, person: User) -> dict[str, Any]:
    """`takes_tips`: whether the reader can tip this person."""
    return {"takes_tips": bool(_takers(request, [person.pk]))}


def _takers(request: HttpRequest, people: Sequence[int]) -> set[int]:
    others = [one for one in people if one != request.user.pk]
    return set(takers_among(others)) if request.user.is_authenticated else set()


_NOT_HELD = (Space.State.CANCELLED, Space.State.EXPIRED)
