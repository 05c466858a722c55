"""Makes the row of a Space that is announced, with what follows from it; for one Space as for those of a series."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from accounts.signals import send_on_commit
from rooms.models import Invitation, Participation, Role, Space, SpaceSeries, Topic
from rooms.services.reminders import plan_reminders
from rooms.services.timing import Announced
from rooms.signals import space_announced

_CARRIED = (
    "title",
    "language",
    "speak_policy",
    "rules",
    "description",
    "message_policy",
    "guests_allowed",
    "blocked_words",
    "strict_messages",
    "recording_wanted",
    "captions_wanted",
    "captions_masked",
    "clips_allowed",
)


def announce(
    *,
    host: User,
    when: Announced,
    fields: Mapping[str, Any],
    topics: Iterable[Topic],
    series: SpaceSeries | None = None,
    now: datetime,
) -> Space:
    """Make a scheduled Space of checked `fields`, and plan what is told before it. Call it with the host's row locked."""
    space = Space.objects.create(
        host=host,
        state=Space.State.SCHEDULED,
        scheduled_at=when.moment,
        time_zone=when.time_zone,
        series=series,
        created_at=now,
        **fields,
    )
    space.topics.set(topics)
    waiting_place(space, host, role=Role.HOST, now=now)
    plan_reminders(space, now=now)
    send_on_commit(space_announced, space_id=space.pk)
    return space


def announce_again(template: Space, *, when: Announced, now: datetime) -> Space:
    """The next one of a series, as `template` is: with its co-hosts, and invited whoever has not answered there."""
    space = announce(
        host=template.host,
        when=when,
        fields={name: getattr(template, name) for name in _CARRIED},
        topics=list(template.topics.all()),
        series=template.series,
        now=now,
    )
    cohosts = Participation.objects.filter(space=template, role=Role.COHOST, removed_at__isnull=True)
    for cohost in cohosts.select_related("user").order_by("role_since", "pk"):
        waiting_place(space, cohost.user, role=Role.COHOST, now=now)
    # Nobody is told of these: an answer to one invitation of a series counts for all (rooms.services.cohosts).
    invited = Invitation.objects.filter(space=template, role=Role.COHOST, state=Invitation.State.OPEN)
    for invitation in invited.order_by("pk"):
        Invitation.objects.create(
            space=space,
            user_id=invitation.user_id,
            by_id=invitation.by_id,
            role=invitation.role,
            created_at=now,
        )
    return space


def waiting_place(space: Space, user: User, *, role: Role, now: datetime) -> Participation:
    """A place in a Space that has not started: its owner is not in the room, and has not been on stage yet."""
    return Participation.objects.create(
        space=space, user=user, role=role, first_joined_at=now, joined_at=now, left_at=now, role_since=now
    )
