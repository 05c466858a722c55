"""What waits to be told to webhooks (`METRICS_COLLECTORS`)."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Min
from prometheus_client.core import GaugeMetricFamily

from integrations.models import WebhookDelivery
from spaces_project.lib.metrics import reading


def read(now: datetime) -> Iterable[GaugeMetricFamily]:
    """Events that are due, of webhooks that are on: how many, and how late the oldest. One query."""
    due = WebhookDelivery.objects.filter(
        state=WebhookDelivery.State.WAITING, due_at__lte=now, webhook__is_on=True
    )
    found = due.aggregate(count=Count("pk"), oldest=Min("due_at"))
    late = (now - found["oldest"]).total_seconds() if found["oldest"] else 0.0
    yield reading("spaces_webhooks_waiting", "Events that are due to be sent to webhooks.", found["count"])
    yield reading("spaces_webhooks_late_seconds", "How late the oldest is.", max(0.0, late))
