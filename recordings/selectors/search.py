"""Search in what was said: the lines of replays that somebody may hear."""

from dataclasses import dataclass
from functools import reduce
from operator import and_
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.selectors import Viewer
from recordings.models import CaptionLine, Recording, RecordingStretch
from recordings.replay_gates import heard_by
from recordings.selectors.replays import listed_replays, replay_timeline, title_of
from rooms.selectors.search import Asked
from spaces_project.lib import fulltext
from spaces_project.lib.fulltext import Matches
from spaces_project.lib.keyset import KeysetPage, Part, page_after


@dataclass(frozen=True, slots=True)
class Said:
    """A line that was found, the replay it is in, and when there (milliseconds)."""

    line: CaptionLine
    recording: Recording
    at_ms: int

    @property
    def title(self) -> str:
        """What the replay is called."""
        return title_of(self.recording)

    @property
    def at_seconds(self) -> int:
        """When, in whole seconds: where the replay is opened."""
        return self.at_ms // 1000


def said_found(what: Asked, *, viewer: Viewer, cursor: str, limit: int) -> tuple[list[Said], str]:
    """Lines with every word, the latest first, and the cursor of the next page ("" at the end) (`SEARCH_SAID`).

    Only of replays that `viewer` may hear. Three queries for any number. Raises ValueError for what is no cursor.
    """
    if not what.words:
        return [], ""
    page: KeysetPage[CaptionLine] = page_after(
        [Part("said", _lines(what, viewer), "-id")], cursor, limit=limit
    )
    lines = [line for _, line in page.rows]
    recordings = _recordings({line.space_id for line in lines})
    found = []
    for line in lines:
        recording = recordings.get(line.space_id)
        if recording is None:
            continue
        at_ms = replay_timeline(recording).replay_ms(line.starts_at_ms)
        if at_ms is not None:
            found.append(Said(line, recording, at_ms))
    return found, page.next


def _lines(what: Asked, viewer: Viewer) -> QuerySet[CaptionLine]:
    replays = listed_replays(viewer=viewer, now=timezone.now()).filter(heard_by(viewer))
    replays = replays.select_related(None).prefetch_related(None)
    heard = Exists(replays.filter(space=OuterRef("space")))
    recorded = Exists(
        RecordingStretch.objects.filter(
            recording__space=OuterRef("space"),
            starts_at_ms__lte=OuterRef("starts_at_ms"),
            ends_at_ms__gt=OuterRef("starts_at_ms"),
        )
    )
    rows = CaptionLine.objects.filter(heard, recorded, removed_at__isnull=True)
    if fulltext.is_available():
        text = fulltext.words("text")
        return rows.filter(
            reduce(and_, [Q(Matches(text, query)) for query in fulltext.queries(list(what.words))])
        )
    return rows.filter(reduce(and_, [Q(text__icontains=word) for word in what.words]))


def _recordings(space_ids: set[UUID]) -> dict[UUID, Recording]:
    found = Recording.objects.filter(space__in=space_ids).select_related(
        "space__host", *(f"space__{name}" for name in settings.SPACE_RELATED)
    )
    return {one.space_id: one for one in found.prefetch_related("stretches")}
