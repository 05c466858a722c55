"""What holds for somebody because of a decision."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import User
from moderation.models import Sanction


def active_sanction(person: User, kind: str, now: datetime) -> Sanction | None:
    """The sanction of that kind that holds for `person` now, with its decision; None without one. One query."""
    found = _holding(now).filter(person_id=person.pk, kind=kind)
    return found.select_related("decision").first()


def active_sanctions(person: User, now: datetime) -> list[Sanction]:
    """All that hold for `person` now, with their decisions."""
    return list(_holding(now).filter(person_id=person.pk).select_related("decision").order_by("pk"))


def due_sanctions(now: datetime, *, most: int) -> Sequence[int]:
    """Keys of sanctions whose time is over and that have not been lifted, the longest over first."""
    due = Sanction.objects.filter(lifted_at__isnull=True, until__lte=now)
    return list(due.order_by("until", "pk").values_list("pk", flat=True)[:most])


def _holding(now: datetime) -> QuerySet[Sanction]:
    return Sanction.objects.filter(Q(until__isnull=True) | Q(until__gt=now), lifted_at__isnull=True)
