"""Captions: where they can be had, and what was said."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from accounts.selectors import Viewer
from recordings.engines import engine_for
from recordings.models import AgentJob
from rooms.models import Space


def captions_needed() -> Iterable[UUID]:
    """The live Spaces whose host wants captions, in a language that an engine understands (`AGENT_KINDS`). One query."""
    live = Space.objects.live().filter(captions_wanted=True)
    return [space_id for space_id, language in live.values_list("pk", "language") if engine_for(language)]


def captions_card(space: Space) -> dict[str, Any]:
    """What a room is told of its captions, as in a snapshot (docs/protocol.md). One query where it is live."""
    engine = engine_for(space.language)
    return {
        "available": engine is not None,
        "rough": engine is not None and engine.rough,
        "worker": _worker(space),
    }


def captions_part(*, space: Space, user: Viewer) -> dict[str, Any]:
    """The captions' part of a snapshot (`SPACE_SNAPSHOT_PARTS`)."""
    return {"captions": captions_card(space)}


def _worker(space: Space) -> str:
    """Whether somebody writes along: `on`, `starting` or `absent`."""
    if not space.is_live:
        return "absent"
    jobs = AgentJob.objects.filter(space=space, kind=AgentJob.Kind.CAPTIONS, state__in=AgentJob.OPEN)
    state = jobs.values_list("state", flat=True).first()
    if state is None:
        return "absent"
    return "on" if state == AgentJob.State.RUNNING else "starting"
