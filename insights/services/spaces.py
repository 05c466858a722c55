"""The figures of Spaces: how many listen, minute by minute, and what there was in all once a Space is over."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef

from insights.days import DAY
from insights.models import SpaceFigure, SpaceMinute
from insights.selectors.space_counting import count_space
from rooms.models import Space

# Whoever was still in when it ended has been put out by then.
_SETTLED = timedelta(seconds=30)
_AT_ONCE = 200


def minutes_note(*, now: datetime) -> int:
    """Keep how many listen in each live Space in this minute, the last look at it being what stays. Two statements for each
    `INSIGHTS_BATCH` Spaces. Returns for how many."""
    minute = now.replace(second=0, microsecond=0)
    live = Space.objects.live().order_by("pk").values_list("pk", "listeners_seen")
    rows = [
        SpaceMinute(space_id=space_id, minute=minute, listeners=listeners) for space_id, listeners in live
    ]
    SpaceMinute.objects.bulk_create(
        rows,
        batch_size=settings.INSIGHTS_BATCH,
        update_conflicts=True,
        unique_fields=["space", "minute"],
        update_fields=["listeners"],
    )
    return len(rows)


def space_figures_write(*, space: Space, now: datetime) -> None:
    """Count an ended Space and keep its figures. Done twice it is done once."""
    SpaceFigure.objects.bulk_create(
        [
            SpaceFigure(space=space, measure=measure, value=value)
            for measure, value in count_space(space, now=now).items()
        ],
        update_conflicts=True,
        unique_fields=["space", "measure"],
        update_fields=["value"],
    )


def spaces_catch_up(*, now: datetime) -> int:
    """Write the figures of Spaces that are over and have none. Returns of how many. What they need of guests is kept for
    `INSIGHTS_RAW_DAYS`: older ones are left without."""
    kept_since = now - settings.INSIGHTS_RAW_DAYS * DAY
    over = Space.objects.filter(
        state=Space.State.ENDED,
        started_at__isnull=False,
        ended_at__gt=kept_since,
        ended_at__lte=now - _SETTLED,
    )
    bare = over.filter(~Exists(SpaceFigure.objects.filter(space=OuterRef("pk")))).order_by("ended_at")
    found = list(bare[:_AT_ONCE])
    for space in found:
        space_figures_write(space=space, now=now)
    return len(found)
