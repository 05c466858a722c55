"""What hosts learn of their Spaces."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from accounts.models import User
from insights.errors import NothingCounted
from insights.measures import FROM, SpaceMeasure
from insights.models import SpaceFigure, SpaceMinute
from insights.selectors.space_counting import figures_of_space
from recordings.models import Clip, Recording
from rooms.models import Participation, Role, Space
from rooms.permissions import Action, require
from rooms.selectors import listener_count, participation_of, space_for_viewer
from tickets.selectors.creators import creator_of
from tickets.selectors.earnings import Figures, figures_by_space

SPAN = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class SpaceInsights:
    """All there is of one Space. `minutes`: how many listened, by the beginning of the minute; `earned` is for the host alone
    (None for co-hosts), in each currency in which something moved."""

    space: Space
    figures: Mapping[str, int]
    peak: int
    minutes: Sequence[tuple[datetime, int]]
    replays: int
    clips: int
    clip_plays: int
    earned: Sequence[Figures] | None

    @property
    def came_from(self) -> list[tuple[SpaceMeasure, int]]:
        """By which ways, those by which most came first."""
        ways = [(measure, self.figures.get(measure, 0)) for measure in FROM.values()]
        return sorted(ways, key=lambda way: -way[1])

    @property
    def came(self) -> int:
        """People and guests together."""
        return self.figures.get(SpaceMeasure.PEOPLE, 0) + self.figures.get(SpaceMeasure.GUESTS, 0)


@dataclass(frozen=True, slots=True)
class HostOverview:
    """Someone's own Spaces together: of the last 28 days, and of the 28 before."""

    spaces: int
    spaces_before: int
    figures: Mapping[str, int]
    before: Mapping[str, int]


def space_with_insights(*, user: User, space_id: UUID | str) -> Space:
    """The Space, for its host and co-hosts. Raises SpaceNotFound, Removed, NotAllowed, NothingCounted."""
    space = space_for_viewer(user=user, space_id=space_id)
    if space.started_at is None and space.host_id == user.pk:
        raise NothingCounted()
    require(participation_of(space=space, user=user), Action.INSIGHTS)
    if space.started_at is None:
        raise NothingCounted()
    return space


def space_insights(space: Space, *, viewer: User, now: datetime) -> SpaceInsights:
    """The figures of a Space of `space_with_insights`. Nine queries at most, whatever its size."""
    clips = Clip.objects.filter(space=space, state=Clip.State.READY).aggregate(
        count=Count("pk"), plays=Sum("plays")
    )
    recording = Recording.objects.filter(space=space).values_list("plays", flat=True).first()
    earned = None
    if viewer.pk == space.host_id:
        creator = creator_of(viewer)
        earned = figures_by_space(creator, [space.pk]).get(space.pk, []) if creator else []
    return SpaceInsights(
        space=space,
        figures=figures_of_space(space, now=now),
        # What was noted of a Space that is on air, and who is there this moment.
        peak=max(space.peak_listeners, listener_count(space)),
        minutes=list(
            SpaceMinute.objects.filter(space=space).order_by("minute").values_list("minute", "listeners")
        ),
        replays=recording or 0,
        clips=clips["count"],
        clip_plays=clips["plays"] or 0,
        earned=earned,
    )


def spaces_with_insights(user: User) -> QuerySet[Space]:
    """Spaces that are or were on air and that `user` hosts or co-hosts, the newest first."""
    helped = Participation.objects.filter(
        space=OuterRef("pk"), user=user, role=Role.COHOST, removed_at__isnull=True
    )
    theirs = Space.objects.filter(state__in=(Space.State.LIVE, Space.State.ENDED), started_at__isnull=False)
    return theirs.filter(Q(host=user) | Exists(helped)).select_related("host").order_by("-pk")


def figures_of_spaces(space_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """What was kept of these Spaces: nothing of one that is on air, or over since a moment ago. One query."""
    found: dict[UUID, dict[str, int]] = defaultdict(dict)
    kept = SpaceFigure.objects.filter(space__in=space_ids)
    for space_id, measure, value in kept.values_list("space_id", "measure", "value"):
        found[space_id][measure] = value
    return found


def host_overview(user: User, *, now: datetime) -> HostOverview:
    """The Spaces that `user` hosts, by when they started. Four queries."""
    spaces, figures = _between(user, now - SPAN, now)
    spaces_before, before = _between(user, now - 2 * SPAN, now - SPAN)
    return HostOverview(spaces, spaces_before, figures, before)


def _between(user: User, since: datetime, until: datetime) -> tuple[int, dict[str, int]]:
    own = Space.objects.filter(host=user, started_at__gte=since, started_at__lt=until)
    kept = SpaceFigure.objects.filter(space__in=own.values("pk")).values_list("measure")
    return own.count(), dict(kept.annotate(sum=Sum("value")).order_by())
