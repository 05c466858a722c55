"""A Space in short, for apps that know it by its id alone (`SPACE_CARDS`)."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.conf import settings

from accounts.models import User
from accounts.selectors import Viewer, blocks_with, person_card
from rooms.models import Space
from rooms.selectors.replays import replays_of
from rooms.selectors.tickets import ticket_card


def space_cards(ids: Collection[UUID], *, viewer: Viewer) -> dict[UUID, dict[str, Any]]:
    """For each Space that `viewer` may see (no block between them and its host): `{"id", "title", "state", "host", "url",
    "scheduled_at", "started_at", "ended_at", "has_replay", "ticket"}`. One query, one more where any of them has ended."""
    if not ids:
        return {}
    found = Space.objects.filter(pk__in=ids).select_related("host", *settings.SPACE_RELATED)
    if isinstance(viewer, User):
        found = found.exclude(blocks_with(viewer, "host_id"))
    spaces = list(found)
    replays = replays_of(spaces, viewer=viewer)
    return {
        space.pk: {
            "id": str(space.pk),
            "title": space.title,
            "state": space.state,
            "host": person_card(space.host),
            "url": space.get_absolute_url(),
            "scheduled_at": space.scheduled_at,
            "started_at": space.started_at,
            "ended_at": space.ended_at,
            "ticket": ticket_card(space),
            "has_replay": space.pk in replays,
        }
        for space in spaces
    }
