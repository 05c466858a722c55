"""What the workers in rooms do (`METRICS_COLLECTORS`)."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count
from prometheus_client.core import GaugeMetricFamily

from recordings.models import AgentJob
from spaces_project.lib.metrics import reading


def read(now: datetime) -> Iterable[GaugeMetricFamily]:
    """Jobs that run, by kind. One query."""
    running = AgentJob.objects.filter(state=AgentJob.State.RUNNING)
    found = dict(running.values_list("kind").annotate(count=Count("pk")))
    by_kind = {kind: found.get(kind, 0) for kind in AgentJob.Kind.values}
    yield reading("spaces_agents", "Workers in rooms, by what they do.", by_kind, label="kind")
