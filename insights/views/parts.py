"""What pages of apps below show of insights (`PAGE_PARTS`)."""

from typing import Any

from django.http import HttpRequest

from rooms.models import Participation, Space
from rooms.permissions import Action, may


def on_space(
    request: HttpRequest, *, space: Space, participation: Participation | None, **about: Any
) -> dict[str, Any]:
    """`may_see_insights`: whether there are figures for whoever reads the page."""
    return {"may_see_insights": space.started_at is not None and may(participation, Action.INSIGHTS)}
