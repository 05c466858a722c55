"""The figures of a Space, counted by the database: a query for each kind, however many came."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, Q

from accounts.models import Follow
from insights.measures import FROM, SpaceMeasure
from insights.models import JoinReport, SpaceFigure
from insights.selectors.counting import seconds, time_within
from rooms.models import Attendance, Participation, Space


def figures_of_space(space: Space, *, now: datetime) -> dict[str, int]:
    """Every SpaceMeasure: as they were kept once it was over, else as they are now. Five queries at most."""
    kept = dict(SpaceFigure.objects.filter(space=space).values_list("measure", "value"))
    return kept or count_space(space, now=now)


def count_space(space: Space, *, now: datetime) -> dict[str, int]:
    """Every SpaceMeasure of what there is now. Four queries; none of it for a Space that never started."""
    found: dict[str, int] = dict.fromkeys(SpaceMeasure.values, 0)
    if space.started_at is None:
        return found
    until = space.ended_at or now
    came = Participation.objects.filter(space=space).exclude(user_id=space.host_id)
    by_way: Mapping[str, int] = dict(came.values_list("came_from").annotate(n=Count("pk")).order_by())
    # One a day for each guest, however often they came.
    joined = JoinReport.objects.filter(space=space, is_guest=True, joined_ms__isnull=False)
    guests: Mapping[str, int] = dict(
        joined.values_list("came_from").annotate(n=Count("who", distinct=True)).order_by()
    )
    there = Attendance.objects.filter(participation__space=space).exclude(
        participation__user_id=space.host_id
    )
    time = there.aggregate(time=time_within(space.started_at, until))["time"]
    new = Q(created_at__gte=space.started_at, created_at__lt=until)
    found[SpaceMeasure.PEOPLE] = sum(by_way.values())
    found[SpaceMeasure.GUESTS] = sum(guests.values())
    found[SpaceMeasure.LISTENED_SECONDS] = seconds(time)
    found[SpaceMeasure.FOLLOWERS] = Follow.objects.filter(new, followee_id=space.host_id).count()
    for way, measure in FROM.items():
        found[measure] = by_way.get(way, 0) + guests.get(way, 0)
    return found
