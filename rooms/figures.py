"""What is on air (`METRICS_COLLECTORS`)."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Sum
from prometheus_client.core import GaugeMetricFamily

from rooms.models import Space
from spaces_project.lib.metrics import reading


def read(now: datetime) -> Iterable[GaugeMetricFamily]:
    """Live Spaces, and who listens there as reconciliation last saw it. One query."""
    live = Space.objects.filter(state=Space.State.LIVE)
    found = live.aggregate(count=Count("pk"), listeners=Sum("listeners_seen"))
    yield reading("spaces_live", "Spaces on air.", found["count"])
    yield reading("spaces_listeners", "Listeners of all Spaces on air.", found["listeners"] or 0)
