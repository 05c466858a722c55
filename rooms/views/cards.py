"""What a list of Spaces shows beside their own fields."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.selectors import PersonCard, Viewer
from rooms import selectors
from rooms.models import Space
from rooms.selectors.replays import replays_of


@dataclass(frozen=True, slots=True)
class LiveCard:
    """A live Space with its stage: up to three `people`, how many `others`, how many listen; names of those on it whom
    the viewer blocks."""

    space: Space
    people: list[PersonCard]
    others: int
    listeners: int
    blocked_on_stage: list[str]


def live_cards(
    spaces: Sequence[Space], bubbles: Sequence[dict[str, Any]], *, viewer: Viewer
) -> list[LiveCard]:
    """The cards of live Spaces from their bubbles (`selectors.bubbles`), in the same order. One query for any number of
    them, none for guests."""
    blocked = selectors.blocked_on_stage([space.pk for space in spaces], viewer=viewer)
    return [
        LiveCard(
            space=space,
            people=bubble["people"],
            others=bubble["others"],
            listeners=bubble["listeners"],
            blocked_on_stage=blocked.get(space.pk, []),
        )
        for space, bubble in zip(spaces, bubbles, strict=True)
    ]


def rings_of_live(spaces: Iterable[Space]) -> dict[int, UUID]:
    """The rings of the hosts of live Spaces, without a query."""
    return {space.host_id: space.pk for space in spaces}


def rings_of(people: Iterable[User], *, viewer: Viewer) -> dict[int, UUID]:
    """The rings of these people, where `viewer` may see the Space. One query, or none for nobody."""
    ids = {person.pk for person in people}
    return selectors.live_space_of(ids, viewer=viewer) if ids else {}


def with_replays(spaces: Iterable[Space], *, viewer: Viewer) -> list[Space]:
    """These Spaces for their rows; those that can be heard again have `replay` (rooms.selectors.replays). One query at most."""
    shown = list(spaces)
    found = replays_of(shown, viewer=viewer)
    for space in shown:
        space.replay = found.get(space.pk)  # type: ignore[attr-defined]  # for templates alone
    return shown
