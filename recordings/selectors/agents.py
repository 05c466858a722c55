"""Which workers live Spaces need in their rooms, and which are there."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.utils.module_loading import import_string

from recordings.models import AgentJob

# What a kind of job is needed by: ids of live Spaces.
Needed = Callable[[], Iterable[UUID]]
Place = tuple[UUID, str]


def needed_agents() -> set[Place]:
    """For each kind of `AGENT_KINDS`, the live Spaces that need such a worker: (id of the Space, kind). A query a kind."""
    return {(space_id, kind) for kind, needed in _kinds().items() for space_id in needed()}


def open_jobs() -> QuerySet[AgentJob]:
    """Jobs that are wanted, asked for or running, with their Spaces."""
    return AgentJob.objects.filter(state__in=AgentJob.OPEN).select_related("space").order_by("pk")


def has_lost_claim(job: AgentJob, now: datetime) -> bool:
    """Whether a job that was asked for has not begun, or has given no sign for too long."""
    if job.state == AgentJob.State.WANTED or job.seen_at is None:
        return False
    is_running = job.state == AgentJob.State.RUNNING
    lease = settings.AGENT_LEASE_SECONDS if is_running else settings.AGENT_START_SECONDS
    return job.seen_at < now - timedelta(seconds=lease)


def is_bringing_home(job: AgentJob, now: datetime) -> bool:
    """Whether a worker is still at what was said last in a Space that has just ended."""
    ended_at = job.space.ended_at
    return (
        job.state == AgentJob.State.RUNNING
        and ended_at is not None
        and ended_at > now - timedelta(seconds=settings.AGENT_LAST_SECONDS)
    )


def tries_of(places: Iterable[Place], now: datetime) -> dict[Place, tuple[int, int]]:
    """For each of these places that had jobs: the newest attempt, and how many have failed within a minute. One query."""
    places = set(places)
    recent = Q(state=AgentJob.State.FAILED, ended_at__gte=now - timedelta(minutes=1))
    rows = (
        AgentJob.objects.filter(space__in={space_id for space_id, _ in places})
        .values_list("space_id", "kind")
        .annotate(newest=Max("attempt"), failed=Count("pk", filter=recent))
    )
    return {(space_id, kind): (newest, failed) for space_id, kind, newest, failed in rows}


@lru_cache(maxsize=4)
def _imported(paths: tuple[tuple[str, str], ...]) -> dict[str, Needed]:
    return {kind: import_string(path) for kind, path in paths}


def _kinds() -> dict[str, Needed]:
    return _imported(tuple((kind, parts["needed"]) for kind, parts in settings.AGENT_KINDS.items()))
