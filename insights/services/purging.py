"""What happened is forgotten in time; what was counted of it stays."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Model

from insights.days import DAY, day_of
from insights.models import ActiveDay, BubbleSeen, DaySalt, JoinReport

_RAW: tuple[type[Model], ...] = (ActiveDay, BubbleSeen, JoinReport)


def raw_purge(*, now: datetime) -> int:
    """Delete what happened `INSIGHTS_RAW_DAYS` ago and before, and the salts of all days that are over. Returns how many rows
    were deleted. A batch at a time, so that no transaction is long."""
    today = day_of(now)
    # A report of the last minute before midnight may be on its way.
    DaySalt.objects.filter(day__lt=day_of(now - timedelta(hours=1))).delete()
    oldest, deleted = today - settings.INSIGHTS_RAW_DAYS * DAY, 0
    for model in _RAW:
        old = model._default_manager.filter(day__lt=oldest).order_by("pk")
        while keys := list(old.values_list("pk", flat=True)[: settings.INSIGHTS_BATCH]):
            deleted += model._default_manager.filter(pk__in=keys).delete()[0]
    return deleted
