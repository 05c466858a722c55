"""What a Space costs to come in: asked from the app above (`SPACE_TICKET`)."""

from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from rooms.models import Space


def ticket_card(space: Space) -> dict[str, Any] | None:
    """What a ticket for the Space costs: `{"amount" (minor units), "currency", "price", "words"}`, the last two in words; None
    where everybody gets in free. No query for Spaces of `for_cards`."""
    found: dict[str, Any] | None = _resolver(settings.SPACE_TICKET)(space)
    return found


@lru_cache(maxsize=4)
def _resolver(path: str) -> Any:
    return import_string(path)
