"""What waits to be told and sent (`METRICS_COLLECTORS`)."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Count, Min, Q
from prometheus_client.core import GaugeMetricFamily

from social.models import Channel, Delivery, Fanout
from spaces_project.lib.metrics import reading

_CHANNELS = (Channel.EMAIL.value, Channel.PUSH.value)
_OPEN = (Fanout.State.WAITING, Fanout.State.RUNNING)


def read(now: datetime) -> Iterable[GaugeMetricFamily]:
    """Deliveries and fan-outs (reminders among them) that are due: how many, and how late the oldest. Three queries."""
    due = Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=now)
    waiting, late = dict.fromkeys(_CHANNELS, 0.0), dict.fromkeys(_CHANNELS, 0.0)
    for channel, count, oldest in due.values_list("channel").annotate(Count("pk"), Min("due_at")).order_by():
        waiting[channel], late[channel] = count, _seconds(now, oldest)
    yield reading("spaces_deliveries_waiting", "E-mails and pushes that are due.", waiting, label="channel")
    yield reading("spaces_deliveries_late_seconds", "How late the oldest is.", late, label="channel")
    open_ones = Fanout.objects.filter(state__in=_OPEN, due_at__lte=now)
    told = open_ones.aggregate(count=Count("pk"), oldest=Min("due_at"))
    yield reading("spaces_fanouts_waiting", "Events that are due to be told to many.", told["count"])
    yield reading("spaces_fanouts_late_seconds", "How late the oldest is.", _seconds(now, told["oldest"]))
    reminders = open_ones.filter(Q(audience="reminded") | Q(audience="host")).aggregate(oldest=Min("due_at"))
    yield reading(
        "spaces_reminders_late_seconds",
        "How late the oldest reminder of a scheduled Space is.",
        _seconds(now, reminders["oldest"]),
    )


def _seconds(now: datetime, due_at: datetime | None) -> float:
    return max(0.0, (now - due_at).total_seconds()) if due_at else 0.0
