"""Spaces that are announced: what comes, and what may be done with it."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import blocks_with
from rooms.errors import SpaceEnded, SpaceNotStarted
from rooms.models import Invitation, Participation, Role, Space, SpaceQuerySet
from spaces_project.lib.errors import SpacesError


def not_live(space: Space) -> SpacesError:
    """Why nobody can be inside a Space that is not on air: it has not started, was cancelled, never started, or is over."""
    if space.is_scheduled:
        return SpaceNotStarted()
    if space.state == Space.State.CANCELLED:
        return SpaceEnded(_("This Space was cancelled."))
    if space.state == Space.State.EXPIRED:
        return SpaceEnded(_("This Space was not started in time."))
    return SpaceEnded()


def upcoming_of(host: User) -> SpaceQuerySet:
    """What one person has announced, the soonest first: at most `SPACES_SCHEDULED_MAX`."""
    found = Space.objects.for_cards().filter(host=host, state=Space.State.SCHEDULED)
    return found.order_by("scheduled_at", "pk")


def my_scheduled(user: User) -> SpaceQuerySet:
    """What waits for its start with `user` as host or co-host, or invited to be one; the soonest first."""
    cohost = Participation.objects.filter(space=OuterRef("pk"), user=user, role=Role.COHOST)
    invited = Invitation.objects.filter(space=OuterRef("pk"), user=user, state=Invitation.State.OPEN)
    found = Space.objects.for_cards().annotate(is_cohost=Exists(cohost), is_invited=Exists(invited))
    found = found.filter(Q(host=user) | Q(is_cohost=True) | Q(is_invited=True), state=Space.State.SCHEDULED)
    return found.exclude(blocks_with(user, "host_id")).order_by("scheduled_at", "pk")


def my_role_ahead(space: Space, user: User) -> str:
    """What `user` is to be in a row of `my_scheduled`: "host", "cohost", or "invited" (to be one)."""
    if space.host_id == user.pk:
        return "host"
    return "cohost" if getattr(space, "is_cohost", False) else "invited"


def may_start_from(space: Space) -> datetime:
    """The first moment at which the host may start a scheduled Space."""
    assert space.scheduled_at is not None
    return space.scheduled_at - timedelta(minutes=settings.SPACES_START_EARLY_MINUTES)


def expires_at(space: Space) -> datetime:
    """The moment at which a scheduled Space that has not started is given up."""
    assert space.scheduled_at is not None
    return space.scheduled_at + timedelta(minutes=settings.SPACES_START_LATE_MINUTES)


def moved_card(space: Space) -> dict[str, Any]:
    """When a Space is announced for (docs/protocol.md)."""
    return {"scheduled_at": space.scheduled_at, "time_zone": space.time_zone}
