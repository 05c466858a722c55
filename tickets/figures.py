"""What is held and waits (`METRICS_COLLECTORS`)."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Min
from prometheus_client.core import GaugeMetricFamily

from spaces_project.lib.metrics import reading
from tickets.models import Order


def read(now: datetime) -> Iterable[GaugeMetricFamily]:
    """Seats that are held while their buyers pay, and by how much the oldest should have been freed. One query."""
    held = Order.objects.filter(state=Order.State.HELD).aggregate(count=Count("pk"), until=Min("held_until"))
    late = max(0.0, (now - held["until"]).total_seconds()) if held["until"] else 0.0
    yield reading("spaces_ticket_holds", "Seats held while their buyers pay.", held["count"])
    yield reading("spaces_ticket_holds_late_seconds", "How long ago the oldest should have been freed.", late)
