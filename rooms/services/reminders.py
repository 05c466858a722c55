"""Who is reminded of a scheduled Space, and when. What is told to many are fan-outs (social.services.fanouts).

What is planned has the announced time in its key: a Space that is moved is planned anew, and everybody is reminded of the new
time, also those who were of the old one. What has happened already is told at once.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import User
from accounts.selectors import is_blocked_between
from rooms.errors import NotScheduled, ReminderNotTold, ReminderTooLate, SpaceNotFound
from rooms.models import Reminder, Space
from rooms.selectors.reminders import last_told
from social.models import Fanout, Kind, Notification
from social.services.fanouts import fanout_schedule, fanouts_drop, fanouts_recall
from social.services.notifications import notification_withdraw, notify
from spaces_project.lib import limits
from spaces_project.lib.errors import NotAllowed

SOON, HOST_SOON, HOST_START = "soon", "host_soon", "host_start"
MOVED, CANCELLED, EXPIRED, LIVE = "moved", "cancelled", "expired", "live"
PLANNED = (SOON, HOST_SOON, HOST_START)

# That a Space does not take place is worth knowing for so long after its time.
_NEWS = timedelta(days=1)
_LIVE_NEWS = timedelta(minutes=30)
# Before the followers, who are told under the same key: who asked gets what they asked for, by the channels of a reminder.
_FIRST = timedelta(seconds=1)


def reminder_set(*, space: Space, user: User, now: datetime) -> bool:
    """`user` wants to be told of this scheduled Space; done twice it is done once. Returns whether that is new.

    The host is reminded anyway: nothing happens. Raises NotScheduled (409 `reminder.not_scheduled`), SpaceNotFound where one
    blocks the other, TooMany.
    """
    if is_blocked_between(user, space.host):
        raise SpaceNotFound()
    limits.require("space.remind", user=user, now=now)
    with transaction.atomic():
        is_new = user.pk != space.host_id and _written(space, user, now)
        # The Space's row is touched last, and for a moment: a crowd that taps at once hardly waits. A start or a
        # cancellation comes before it (and this is refused), or after it (and tells this person, too).
        scheduled = Space.objects.filter(pk=space.pk, state=Space.State.SCHEDULED)
        if not (scheduled.update(reminder_count=F("reminder_count") + 1) if is_new else scheduled.exists()):
            raise NotScheduled()
    return is_new


def _written(space: Space, user: User, now: datetime) -> bool:
    try:
        # A savepoint of its own: the one who loses the race for the same row goes on.
        with transaction.atomic():
            Reminder.objects.create(space=space, user=user, created_at=now)
    except IntegrityError:
        return False
    return True


def reminder_unset(*, space: Space, user: User, now: datetime) -> bool:
    """`user` wants it no more; done twice it is done once. Returns whether they did."""
    with transaction.atomic():
        deleted, _ = Reminder.objects.filter(space=space, user=user).delete()
        if deleted:
            Space.objects.filter(pk=space.pk).update(reminder_count=F("reminder_count") - 1)
    return bool(deleted)


def plan_reminders(space: Space, *, now: datetime) -> None:
    """Plan (or plan anew, after a move) what is told before the start: to the host and to those who asked.

    Call it in the transaction that schedules or moves the Space, or changes anything else that calendars show.
    """
    _announced(space, now)
    waiting = Fanout.objects.filter(
        space_id=space.pk, event__in=PLANNED, state__in=[Fanout.State.WAITING, Fanout.State.RUNNING]
    )
    # What should have begun by now and has not, or not finished, goes on; what lies in the past from the start is left out.
    begun = set(waiting.values_list("key", flat=True))
    fanouts_drop(space_id=space.pk, events=PLANNED, now=now)
    planned = {event: (_key(space, event), due_at) for event, due_at in _planned(space).items()}
    # What was told of another time is not sent any more, where it still waits for that.
    fanouts_recall(space_id=space.pk, events=PLANNED, keep=[key for key, _ in planned.values()], now=now)
    for event, (key, due_at) in planned.items():
        if due_at > now or key in begun:
            _tell(space, event, key=key, due_at=due_at, now=now)


def _planned(space: Space) -> dict[str, datetime]:
    start = _start(space)
    return {
        HOST_SOON: start - timedelta(minutes=settings.SPACES_REMIND_HOST_MINUTES),
        SOON: start - timedelta(minutes=settings.SPACES_REMIND_LISTENERS_MINUTES),
        HOST_START: start,
    }


def tell_moved(space: Space, *, now: datetime) -> None:
    """Tell those who asked that the Space has a new time. Call it after `plan_reminders`, in the same transaction."""
    # Whoever has not heard of an earlier move need not.
    _take_back(space, (MOVED,), now=now)
    _tell(space, MOVED, key=_key(space, MOVED), due_at=now, now=now)


def tell_cancelled(space: Space, *, now: datetime) -> None:
    """Drop what was planned, and tell those who asked that the Space is cancelled; in the same transaction."""
    _tell_instead(space, CANCELLED, due_at=now, now=now)


def tell_expired(space: Space, *, now: datetime) -> None:
    """Drop what was planned, and tell those who asked that the Space did not start; in the same transaction."""
    _tell_instead(space, EXPIRED, due_at=now, now=now)


def tell_live(space: Space, *, now: datetime) -> None:
    """Drop what was planned, and tell those who asked that the Space is live; in the same transaction."""
    _tell_instead(space, LIVE, due_at=now - _FIRST, now=now)


def _tell_instead(space: Space, event: str, *, due_at: datetime, now: datetime) -> None:
    _announced(space, now)
    _take_back(space, (*PLANNED, MOVED), now=now)
    _tell(space, event, key=_key(space, event), due_at=due_at, now=now)


def _take_back(space: Space, events: tuple[str, ...], *, now: datetime) -> None:
    """Tell nobody any more, and send nothing more of what was told."""
    fanouts_drop(space_id=space.pk, events=events, now=now)
    fanouts_recall(space_id=space.pk, events=events, now=now)


def reminder_resend(*, space: Space, user: User, by: User, now: datetime) -> Notification | None:
    """Tell `user` again what they were told last of this Space: staff do it for somebody who has missed it.

    Returns None when that person wants it by no channel. Raises NotAllowed, ReminderNotTold (409 `reminder.not_told`),
    ReminderTooLate (409 `reminder.too_late`) when it no longer makes sense.
    """
    if not by.is_staff:
        raise NotAllowed()
    last = last_told(space=space, user=user)
    if last is None:
        raise ReminderNotTold()
    expires_at = _expires_at(space, last.event, last.created_at)
    # What was planned and did not happen has been followed by other news, or is about to be.
    if expires_at <= now or (last.event in (SOON, MOVED) and not space.is_scheduled):
        raise ReminderTooLate()
    with transaction.atomic():
        notification_withdraw(user=user, key=last.key)
        return notify(
            user=user,
            kind=Kind.REMINDER,
            event=last.event,
            key=last.key,
            actor=last.actor,
            space_id=space.pk,
            data=last.data,
            now=now,
            expires_at=expires_at,
        )


def _tell(space: Space, event: str, *, key: str, due_at: datetime, now: datetime) -> None:
    to_host = event in (HOST_SOON, HOST_START)
    fanout_schedule(
        key=key,
        audience="host" if to_host else "reminded",
        kind=Kind.REMINDER,
        event=event,
        # The host is told of their own Space by nobody; for the others blocks with the host hold.
        actor=None if to_host else space.host,
        space_id=space.pk,
        data=_data(space),
        due_at=due_at,
        expires_at=_expires_at(space, event, now),
        now=now,
    )


def _data(space: Space) -> Mapping[str, Any]:
    """What the words need: the title, and the announced moment."""
    return {"title": space.title, "at": _start(space).astimezone(UTC).isoformat()}


def _key(space: Space, event: str) -> str:
    if event == LIVE:
        # Shared with what the host's followers are told: who is both is told once.
        return f"live:{space.pk}:{space.session}"
    if event == MOVED:
        return f"remind:{space.pk}:{event}:{space.sequence}"
    if event in PLANNED:
        return f"remind:{space.pk}:{event}:{int(_start(space).timestamp())}"
    return f"remind:{space.pk}:{event}"


def _expires_at(space: Space, event: str, told_at: datetime) -> datetime:
    """When `event`, told at `told_at`, no longer makes sense."""
    start = _start(space)
    if event == HOST_START:
        return start + timedelta(minutes=settings.SPACES_START_LATE_MINUTES)
    if event == LIVE:
        return told_at + _LIVE_NEWS
    if event in (CANCELLED, EXPIRED):
        return max(start, told_at) + _NEWS
    return start


def _announced(space: Space, now: datetime) -> None:
    """Calendars show something else from now on."""
    Space.objects.filter(pk=space.pk).update(announced_at=now)
    space.announced_at = now


def _start(space: Space) -> datetime:
    if space.scheduled_at is None:
        raise NotScheduled()
    return space.scheduled_at
