"""Keeps reactions for the replay: what came within a few seconds is one row, however many tapped."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

import redis
from django.conf import settings
from django.db.models import Max, Q

from recordings.models import ReactionSlice, Recording
from rooms import reactions
from rooms.models import Space

logger = logging.getLogger(__name__)

# A Space that has just ended is looked at once more, for what was tapped in its last seconds.
_AFTERWARDS = timedelta(seconds=30)
# Also while it is switched off for now: else what was tapped meanwhile would fall where it goes on.
_LOOKED_AT = (Recording.State.ON, Recording.State.OFF)


def reactions_note(*, now: datetime) -> int:
    """Keep what was tapped since the last look in Spaces that are recorded (beat). Returns how many rows were written.

    One call to Redis and three queries, whatever the number of Spaces and taps. Two that look at once write one row. Without
    Redis nothing is kept: the counters are read again the next time.
    """
    spaces = list(
        Space.objects.filter(
            Q(state=Space.State.LIVE, recording__state__in=_LOOKED_AT)
            | Q(state=Space.State.ENDED, recording__isnull=False, ended_at__gte=now - _AFTERWARDS)
        ).only("pk", "started_at", "ended_at")
    )
    if not spaces:
        return 0
    try:
        totals = reactions.totals([space.pk for space in spaces])
    except redis.RedisError as error:
        logger.warning("Reactions are kept later: %s", error)
        return 0
    before = _last_totals([space.pk for space in spaces])
    rows = []
    for space in spaces:
        # The first look has nothing to compare with: what was tapped before the recording is none of its.
        is_first = space.pk not in before
        taps = {} if is_first else reactions.since(before[space.pk], totals[space.pk])
        if (taps or is_first) and space.started_at is not None:
            at = min(now, space.ended_at or now) - space.started_at
            slice_ms = settings.REACTION_SLICE_SECONDS * 1000
            starts_at_ms = int(at.total_seconds() * 1000) // slice_ms * slice_ms
            rows.append(
                ReactionSlice(space=space, starts_at_ms=starts_at_ms, taps=taps, totals=totals[space.pk])
            )
    return len(ReactionSlice.objects.bulk_create(rows, ignore_conflicts=True))


def _last_totals(space_ids: list[UUID]) -> dict[UUID, dict[str, int]]:
    """The counters as they were at the end of each Space's last row."""
    last = ReactionSlice.objects.filter(space__in=space_ids).values("space").annotate(last=Max("pk"))
    found = ReactionSlice.objects.filter(pk__in=last.values("last"))
    return {one.space_id: one.totals for one in found}
