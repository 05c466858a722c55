"""What is in somebody's calendar: announced Spaces that they host, co-host, asked to be reminded of, or have a ticket for."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import Case, CharField, Exists, OuterRef, QuerySet, Value, When
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import blocks_with, person_card
from rooms.models import CalendarFeed, Participation, Reminder, Role, Space, SpaceQuerySet
from spaces_project.lib.errors import NotFound

# Calendars keep what is over for a while, so that a look back finds it.
FEED_PAST = timedelta(days=30)
# Nobody has so many within 60 days; a feed stays a small file whatever happens.
FEED_MAX = 1000
_SECRET_LENGTH = 43


def upcoming_for(user: User) -> SpaceQuerySet:
    """What is ahead of `user`, or on air, the soonest first; each has `mine`: "host", "cohost", "reminder" or "ticket"."""
    ahead = [Space.State.SCHEDULED, Space.State.LIVE]
    return _calendar_of(user).filter(state__in=ahead).order_by("scheduled_at", "pk")


def feed_spaces(user: User, *, now: datetime) -> SpaceQuerySet:
    """What `user`'s feed holds: from `FEED_PAST` ago on, whatever became of it, the soonest first. At most `FEED_MAX`.

    Called off are shown as such, so that calendars which have them strike them out.
    """
    return (
        _calendar_of(user).filter(scheduled_at__gte=now - FEED_PAST).order_by("scheduled_at", "pk")[:FEED_MAX]
    )


def _calendar_of(user: User) -> SpaceQuerySet:
    # Each list by its own index, instead of one question put to every Space.
    listed = Reminder.objects.filter(user=user).values("space_id")
    helped = _cohosts().filter(user=user).values("space_id")
    hosted = Space.objects.filter(host=user, scheduled_at__isnull=False).order_by().values("pk")
    more = [ids_of(user) for ids_of in _above(tuple(settings.CALENDAR_SPACES))]
    ids = hosted.union(listed, helped, *more)
    mine = Space.objects.filter(pk__in=ids, scheduled_at__isnull=False).select_related(
        "host", *settings.SPACE_RELATED
    )
    return mine.exclude(blocks_with(user, "host_id")).annotate(mine=_mine(user))


def _mine(user: User) -> Case:
    """What `user` has to do with the Space; a co-host who asked to be reminded is a co-host. What is here for none of our own
    reasons is here for a ticket."""
    cohost = _cohosts().filter(space=OuterRef("pk"), user=user)
    asked = Reminder.objects.filter(space=OuterRef("pk"), user=user)
    return Case(
        When(host=user, then=Value("host")),
        When(Exists(cohost), then=Value("cohost")),
        When(Exists(asked), then=Value("reminder")),
        default=Value("ticket"),
        output_field=CharField(),
    )


def _cohosts() -> QuerySet[Participation]:
    return Participation.objects.filter(role=Role.COHOST, removed_at__isnull=True)


@lru_cache(maxsize=4)
def _above(paths: tuple[str, ...]) -> list[Callable[[User], QuerySet[Any, Any]]]:
    return [import_string(path) for path in paths]


def calendar_card(space: Space) -> dict[str, Any]:
    """One entry of `upcoming_for`, as the API shows it."""
    return {
        "id": str(space.pk),
        "title": space.title,
        "description": space.description,
        "state": space.state,
        "host": person_card(space.host),
        "scheduled_at": space.scheduled_at,
        "time_zone": space.time_zone,
        "waiting": space.reminder_count,
        "mine": getattr(space, "mine", "reminder"),
    }


def feed_owner(secret: str) -> User:
    """Whose feed has this secret. Raises NotFound; a reset secret, and one of somebody inactive, is none. One query."""
    found = None
    # What can be none is not asked for: PostgreSQL refuses a NUL even in a question.
    if (
        len(secret) == _SECRET_LENGTH
        and secret.replace("-", "").replace("_", "").isalnum()
        and secret.isascii()
    ):
        feeds = CalendarFeed.objects.filter(secret=secret, user__is_active=True)
        found = feeds.select_related("user").first()
    if found is None:
        raise NotFound(_("There is no calendar at this address. Its owner may have a new one."))
    return found.user
