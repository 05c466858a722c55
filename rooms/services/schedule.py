"""Spaces are announced, changed, moved, cancelled, and given up when nobody starts them.

Their start is in `rooms.services.lifecycle`, what is told to those who wait in `rooms.services.reminders`.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import require_may_host
from accounts.signals import send_on_commit
from rooms.errors import NotWaiting, ScheduledTooMany
from rooms.events import emit, tell_moderators
from rooms.models import Invitation, Space, SpaceSeries
from rooms.permissions import Action, require
from rooms.selectors import edited_card
from rooms.selectors.schedule import expires_at, moved_card
from rooms.services.announcing import announce
from rooms.services.closing import close_invitations
from rooms.services.cohosts import cohosts_named, cohosts_set, invite_ahead
from rooms.services.details import all_checked, checked_details
from rooms.services.locks import (
    locked_participation,
    locked_person,
    locked_series,
    locked_space,
    locked_spaces,
)
from rooms.services.reminders import plan_reminders, tell_cancelled, tell_expired, tell_moved
from rooms.services.series import series_start
from rooms.services.timing import checked_plan, checked_time
from rooms.signals import space_cancelled, space_edited, space_expired
from spaces_project.lib.errors import NotAllowed, NotFound

logger = logging.getLogger(__name__)

# A round of expiry takes so many at most; the next one comes soon.
EXPIRE_BATCH = 200

_IN_CALENDARS = ("title", "description")
_SIGNALS = {Space.State.CANCELLED: space_cancelled, Space.State.EXPIRED: space_expired}


def space_schedule(
    *,
    host: User,
    scheduled_at: datetime | str,
    time_zone: str = "",
    fold: int | str = "",
    title: str,
    topics: Sequence[str] = (),
    description: str = "",
    language: str = "en",
    speak_policy: str = Space.SpeakPolicy.EVERYONE,
    rules: str = "",
    message_policy: str = Space.MessagePolicy.EVERYONE,
    guests_allowed: bool = False,
    blocked_words: Sequence[str] = (),
    strict_messages: bool = False,
    recording_wanted: bool = False,
    captions_wanted: bool = True,
    captions_masked: bool = True,
    clips_allowed: bool = True,
    cohosts: Sequence[str] = (),
    series: Mapping[str, Any] | None = None,
    now: datetime,
) -> Space:
    """Announce a Space from `SPACES_SCHEDULE_MIN_MINUTES` to `SPACES_SCHEDULE_MAX_DAYS` ahead; `series` makes it the first of
    several (`{"every": "week" | "month", "until": date or None}`).

    `scheduled_at` is a local time in `time_zone`, or has its offset; `cohosts` are handles. Raises NotAllowed
    (`space.host_not_eligible`), Invalid with the fields at fault (codes: `rooms.services.timing`), ScheduledTooMany
    (`SPACES_SCHEDULED_MAX` wait already).
    """
    require_may_host(host)
    details = {
        "title": title,
        "topics": topics,
        "description": description,
        "language": language,
        "speak_policy": speak_policy,
        "rules": rules,
        "message_policy": message_policy,
        "guests_allowed": guests_allowed,
        "blocked_words": blocked_words,
        "strict_messages": strict_messages,
        "recording_wanted": recording_wanted,
        "captions_wanted": captions_wanted,
        "captions_masked": captions_masked,
        "clips_allowed": clips_allowed,
    }
    (fields, chosen), plan, people = all_checked(
        lambda: checked_details(details),
        lambda: checked_plan(
            scheduled_at=scheduled_at, time_zone=time_zone, fold=fold, series=series, now=now
        ),
        lambda: cohosts_named(host=host, handles=cohosts),
    )
    with transaction.atomic():
        locked_person(host)
        if Space.objects.filter(host=host, state=Space.State.SCHEDULED).count() >= _most():
            raise ScheduledTooMany()
        space = announce(host=host, when=plan.announced, fields=fields, topics=chosen or (), now=now)
        for person in people:
            invite_ahead(space, person, by=host, now=now)
        if plan.every:
            series_start(space, plan, now=now)
    return space


def space_edit_scheduled(
    *,
    space: Space,
    by: User,
    now: datetime,
    scheduled_at: datetime | str | None = None,
    time_zone: str = "",
    fold: int | str = "",
    cohosts: Sequence[str] | None = None,
    **details: Any,
) -> Space:
    """Change what is given of an announced Space (None = as it is): the host everything, co-hosts what it is about.

    `details` are those of `space_schedule`. A new `scheduled_at` moves it (without `time_zone` in the zone it has), and
    tells those who asked to be reminded. Raises NotWaiting, NotAllowed (`space.not_moderator`; `space.not_host` for moving
    and inviting), Invalid as `space_schedule` does.
    """
    given = {name: value for name, value in details.items() if value is not None}
    is_moved = scheduled_at is not None
    (fields, chosen), when, people = all_checked(
        lambda: checked_details(given),
        lambda: (
            checked_time(
                scheduled_at=scheduled_at or "", time_zone=time_zone or space.time_zone, fold=fold, now=now
            )
            if is_moved
            else None
        ),
        lambda: None if cohosts is None else cohosts_named(host=space.host, handles=cohosts),
    )
    with transaction.atomic():
        space = _waiting(locked_space(space.pk, live=False))
        require(locked_participation(space, by.pk), Action.EDIT)
        if (when is not None or people is not None) and space.host_id != by.pk:
            raise NotAllowed(
                _("Only the host can move this Space and invite co-hosts."), code="space.not_host"
            )
        before, calendars = (edited_card(space), moved_card(space)), _in_calendars(space)
        words = space.blocked_words
        for name, value in fields.items():
            setattr(space, name, value)
        if when is not None:
            space.scheduled_at, space.time_zone = when.moment, when.time_zone
        in_calendars = _in_calendars(space) != calendars
        space.sequence += in_calendars
        space.save(update_fields=[*fields, "scheduled_at", "time_zone", "sequence"])
        if chosen is not None:
            space.topics.set(chosen)
        _tell_edited(space, *before)
        if space.blocked_words != words:
            tell_moderators(space, "words.changed", {"blocked_words": space.blocked_words})
        if in_calendars:
            plan_reminders(space, now=now)
        if space.scheduled_at != before[1]["scheduled_at"]:
            tell_moved(space, now=now)
        if people is not None:
            cohosts_set(space, people, by=by, now=now)
    return space


def space_cancel(
    *, space: Space, by: User, now: datetime, following: bool = False, as_staff: bool = False
) -> Space:
    """Call an announced Space off; with `following` also those of its series that come after it, and the series.

    `as_staff`: whoever calls has asked the table of staff (`moderation.permissions`). Cancelled twice it is cancelled once.
    Raises NotAllowed (`space.not_host`), NotWaiting (it has started, or expired).
    """
    if not as_staff:
        _require_host(space, by)
    with transaction.atomic():
        ids = {space.pk}
        if following and space.series_id is not None:
            ids |= _end_series(space.series_id, host=space.host, since=space.scheduled_at, now=now)
        for one in locked_spaces(ids):
            if one.pk == space.pk:
                space = one
            if one.is_scheduled:
                _cancel(one, now=now)
            elif one.pk == space.pk and one.state != Space.State.CANCELLED:
                raise NotWaiting()
    return space


def series_cancel(*, series_id: int, by: User, now: datetime) -> None:
    """End a series: what it has announced is cancelled, and no more comes. Done twice it is done once.

    Raises NotFound for what is not a series of `by`.
    """
    # Beyond 64 bits the database refuses even the question.
    if series_id >= 2**63 or not SpaceSeries.objects.filter(pk=series_id, host=by).exists():
        raise NotFound(_("There is no such series of yours."))
    with transaction.atomic():
        for space in locked_spaces(_end_series(series_id, host=by, since=None, now=now)):
            if space.is_scheduled:
                _cancel(space, now=now)


def announced_cancel(*, host: User, now: datetime) -> list[Space]:
    """Cancel everything that `host` has announced, and end their series: they cannot come. Returns the Spaces."""
    with transaction.atomic():
        locked_person(host)
        SpaceSeries.objects.filter(host=host, ended_at__isnull=True).update(ended_at=now)
        waiting = Space.objects.filter(host=host, state=Space.State.SCHEDULED)
        cancelled = []
        for space in locked_spaces(waiting.values_list("pk", flat=True)):
            if space.is_scheduled:
                _cancel(space, now=now)
                cancelled.append(space)
    return cancelled


def spaces_expire(*, now: datetime) -> int:
    """Give up what was not started within `SPACES_START_LATE_MINUTES`; beat asks for it every 15 s. Returns how many.

    One that cannot be given up now does not keep the others from it.
    """
    long_ago = now - timedelta(minutes=settings.SPACES_START_LATE_MINUTES)
    due = Space.objects.filter(state=Space.State.SCHEDULED, scheduled_at__lte=long_ago)
    expired = 0
    for space_id in list(due.order_by("scheduled_at").values_list("pk", flat=True)[:EXPIRE_BATCH]):
        try:
            with transaction.atomic():
                space = locked_space(space_id, live=False)
                # Asked again with the row locked: it may have been started, moved or cancelled meanwhile.
                if space.is_scheduled and expires_at(space) <= now:
                    _give_up(space, Space.State.EXPIRED, now=now)
                    tell_expired(space, now=now)
                    expired += 1
        except Exception:
            logger.exception("Could not expire %s", space_id)
    return expired


def _cancel(space: Space, *, now: datetime) -> None:
    _give_up(space, Space.State.CANCELLED, now=now)
    tell_cancelled(space, now=now)


def _give_up(space: Space, state: Space.State, *, now: datetime) -> None:
    """A locked Space that waited for its start does so no more."""
    space.state, space.ended_at = state, now
    space.sequence += 1
    space.save(update_fields=["state", "ended_at", "sequence"])
    close_invitations(space, state=Invitation.State.EXPIRED, now=now)
    emit(space, f"space.{state.value}", {"ended_at": now})
    send_on_commit(_SIGNALS[state], space_id=space.pk)


def _end_series(series_id: int, *, host: User, since: datetime | None, now: datetime) -> set[Any]:
    """Let a series make no more; the ids of those it has announced from `since` on. Locks the host's row and the series'."""
    locked_person(host)
    series = locked_series(series_id)
    if series is None:
        return set()
    if series.ended_at is None:
        series.ended_at = now
        series.save(update_fields=["ended_at"])
    waiting = Space.objects.filter(series=series, state=Space.State.SCHEDULED)
    if since is not None:
        waiting = waiting.filter(scheduled_at__gte=since)
    return set(waiting.values_list("pk", flat=True))


def _tell_edited(space: Space, edited: Mapping[str, Any], moved: Mapping[str, Any]) -> None:
    """Tell those who look at the page what has changed."""
    after = edited_card(space)
    if after != edited:
        emit(space, "space.edited", after)
        changed = [name for name, value in after.items() if value != edited[name]]
        send_on_commit(space_edited, space_id=space.pk, fields=changed)
    if moved_card(space) != moved:
        emit(space, "space.moved", moved_card(space))


def _in_calendars(space: Space) -> tuple[Any, ...]:
    return (*(getattr(space, name) for name in _IN_CALENDARS), space.scheduled_at)


def _require_host(space: Space, by: User) -> None:
    if space.host_id != by.pk:
        raise NotAllowed(_("Only the host can cancel this Space."), code="space.not_host")


def _waiting(space: Space) -> Space:
    if not space.is_scheduled:
        raise NotWaiting()
    return space


def _most() -> int:
    most: int = settings.SPACES_SCHEDULED_MAX
    return most
