"""Who waits for a scheduled Space, and what they were told of it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import (
    Case,
    Count,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from accounts.models import User
from accounts.selectors import Viewer
from rooms.models import Reminder, ReminderFanout, Space
from social.models import Fanout, Kind, Notification

_OPEN = Q(state__in=[Fanout.State.WAITING, Fanout.State.RUNNING])


def is_reminded(*, space: Space, user: Viewer) -> bool:
    """Whether `user` has asked to be reminded of the Space; guests have not."""
    return bool(user.is_authenticated and Reminder.objects.filter(space=space, user_id=user.pk).exists())


def reminded_among(*, user: Viewer, space_ids: Collection[UUID]) -> set[UUID]:
    """Those of these Spaces that `user` has asked to be reminded of. One query, or none for nothing to ask."""
    if not user.is_authenticated or not space_ids:
        return set()
    found = Reminder.objects.filter(user_id=user.pk, space__in=space_ids)
    return set(found.values_list("space_id", flat=True))


def last_told(*, space: Space, user: User) -> Notification | None:
    """What `user` was told last of the Space as a reminder."""
    found = Notification.objects.filter(user=user, space_id=space.pk, kind=Kind.REMINDER)
    return found.select_related("actor").order_by("-pk").first()


def reminder_fanouts() -> QuerySet[ReminderFanout]:
    """All that is or was to be told about scheduled Spaces; each has `title` and `remaining`: about how many are not told yet.

    Nobody is counted: it is the Space's own count of those who asked, less those written.
    """
    space = Space.objects.filter(pk=OuterRef("space_id"))
    asked = Coalesce(Subquery(space.values("reminder_count")[:1]), Value(0))
    people = Case(When(audience="host", then=Value(1)), default=asked, output_field=IntegerField())
    found = ReminderFanout.objects.filter(kind=Kind.REMINDER)
    return found.annotate(
        title=Subquery(space.values("title")[:1]),
        remaining=Greatest(people - F("written"), Value(0), output_field=IntegerField()),
    )


@dataclass(frozen=True, slots=True)
class ReminderQueue:
    """How the queue stands: fan-outs that are `due` and not done, `depth`: about how many people they have yet to tell,
    `age`: how long the oldest has been due; `planned`: how many fan-outs wait for their time."""

    due: int
    depth: int
    age: timedelta
    planned: int


def reminder_queue(*, now: datetime) -> ReminderQueue:
    """How the queue stands. Two queries."""
    is_open = ReminderFanout.objects.filter(_OPEN, kind=Kind.REMINDER)
    found = is_open.aggregate(
        due=Count("pk", filter=Q(due_at__lte=now)),
        planned=Count("pk", filter=Q(due_at__gt=now)),
        oldest=Min("due_at", filter=Q(due_at__lte=now)),
    )
    late = reminder_fanouts().filter(_OPEN, due_at__lte=now)
    return ReminderQueue(
        due=found["due"],
        depth=late.aggregate(depth=Coalesce(Sum("remaining"), Value(0)))["depth"],
        age=now - found["oldest"] if found["oldest"] else timedelta(),
        planned=found["planned"],
    )
