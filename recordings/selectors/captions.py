"""Captions: where they can be had, and what was said."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.selectors import Viewer
from recordings.engines import engine_for
from recordings.errors import LineNotFound
from recordings.models import AgentJob, CaptionLine
from rooms.gates import pass_gates
from rooms.models import STAGE_ROLES, Participation, Space
from rooms.selectors import participation_of, space_for_viewer

# As long a line is at most; an utterance has some 40 words.
LINE_MAX = 1000


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


@dataclass(frozen=True)
class Speaker:
    """Somebody who may be heard: their name now, and whether offensive words are masked in this Space."""

    name: str
    masked: bool


def speaker_in(*, space_id: UUID, user_id: int) -> Speaker | None:
    """Somebody on the stage of a live Space whose host wants captions, or None. One query."""
    found = (
        Participation.objects.filter(
            space=space_id,
            user=user_id,
            role__in=STAGE_ROLES,
            removed_at__isnull=True,
            space__state=Space.State.LIVE,
            space__captions_wanted=True,
        )
        .select_related("user", "space")
        .first()
    )
    return Speaker(found.user.display_name, found.space.captions_masked) if found else None


def captions_for_reader(*, user: Viewer, space_id: UUID | str, is_inside: bool = False) -> Space:
    """The live Space, for whoever may come in and hear it: what is said is for those alone. `is_inside`: a guest who is there.

    Raises SpaceNotFound, and what the gates of the Space refuse with (SpaceEnded, Removed, GuestsNotAllowed, …).
    """
    space = space_for_viewer(user=user, space_id=space_id)
    participation = participation_of(space=space, user=user)
    if participation is None and is_inside:
        participation = Participation(space=space)
    pass_gates(space, user, participation)
    return space


def lines_of(space: Space, *, before_ms: int | None = None) -> QuerySet[CaptionLine]:
    """The lines of a Space that are shown, the latest first; with `before_ms` those that began then or before."""
    found = CaptionLine.objects.filter(space=space, removed_at__isnull=True).order_by("-starts_at_ms", "-pk")
    return found if before_ms is None else found.filter(starts_at_ms__lte=before_ms)


def line_in(*, space: Space, line_id: int) -> CaptionLine:
    """One line, also one that was taken out. Raises LineNotFound."""
    line = CaptionLine.objects.select_related("user").filter(space=space, pk=line_id).first()
    if line is None:
        raise LineNotFound()
    return line


def line_card(line: CaptionLine) -> dict[str, Any]:
    """A line, as frames and the API show it (docs/protocol.md)."""
    return {
        "id": str(line.pk),
        "user": str(line.user_id) if line.user_id else None,
        "name": line.speaker_name,
        "starts_at_ms": line.starts_at_ms,
        "ends_at_ms": line.ends_at_ms,
        "text": line.text,
        "masked": line.masked,
    }


def partial_frame(space_id: UUID, user_id: int, name: str, starts_at_ms: int, text: str) -> dict[str, Any]:
    """What somebody seems to be saying, as a frame; without `text` it takes back what was guessed before."""
    data = {"user": str(user_id), "name": name, "starts_at_ms": starts_at_ms, "text": text[:LINE_MAX]}
    return {"type": "captions.partial", "space": str(space_id), "data": data}
