"""What clients tell of bubbles and joins. They may tell anything: it is counted once a day for each person, and checked."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.selectors import Viewer
from insights.days import day_of
from insights.errors import JoinReportInvalid
from insights.models import BubbleSeen, JoinReport
from insights.who import who
from rooms import guests
from rooms.errors import NotInSpace
from rooms.models import CameFrom, Participation, Space
from spaces_project.lib import limits


def bubbles_seen(*, user: User, space_ids: Collection[UUID], now: datetime) -> None:
    """`user` has had the bubbles of these Spaces on their screen. Those that are not live any more are left out.

    Raises TooMany.
    """
    limits.require("insights.report", user=user, now=now)
    day = day_of(now)
    live = Space.objects.live().filter(pk__in=space_ids).values_list("pk", flat=True)
    _note_seen(day, list(live), who(day, f"user:{user.pk}"))


def join_report(
    *,
    space: Space,
    user: Viewer,
    came_from: str,
    joined_ms: int | None,
    sound_ms: int | None,
    guest_token: str = "",
    now: datetime,
) -> None:
    """What became of a tap: after how many milliseconds one was in, and heard the first sound; None where that never was.

    `space` is one that `user` may see. Told again it changes nothing, but a later one may know more. Raises TooMany,
    JoinReportInvalid, GuestTokenInvalid, NotInSpace for whoever says to be in and never was.
    """
    account = user if isinstance(user, User) else None
    limits.require("insights.report", user=account, now=now)
    _must_add_up(joined_ms, sound_ms)
    day = day_of(now)
    if account is None:
        # Their key, not the browser: in another Space they are somebody else.
        name = f"guest:{guests.key_of_token(space.pk, guest_token, now=now)}"
    else:
        name = f"user:{account.pk}"
        if joined_ms is not None and not Participation.objects.filter(space=space, user=account).exists():
            raise NotInSpace()
    person = who(day, name)
    if account is not None and account.pk == space.host_id:
        return
    with transaction.atomic():
        _note(day, space, person, came_from, joined_ms, sound_ms, is_guest=account is None, now=now)
        if came_from == CameFrom.BUBBLE:
            _note_seen(day, [space.pk], person)


def _must_add_up(joined_ms: int | None, sound_ms: int | None) -> None:
    most: int = settings.INSIGHTS_JOIN_MS_MAX
    if any(ms is not None and not 0 <= ms <= most for ms in (joined_ms, sound_ms)):
        raise JoinReportInvalid()
    if sound_ms is not None and (joined_ms is None or sound_ms < joined_ms):
        raise JoinReportInvalid()


def _note(
    day: date,
    space: Space,
    person: str,
    came_from: str,
    joined_ms: int | None,
    sound_ms: int | None,
    *,
    is_guest: bool,
    now: datetime,
) -> None:
    row = JoinReport(
        day=day,
        space=space,
        who=person,
        is_guest=is_guest,
        came_from=came_from,
        joined_ms=joined_ms,
        sound_ms=sound_ms,
        reported_at=now,
    )
    JoinReport.objects.bulk_create([row], ignore_conflicts=True)
    if joined_ms is None:
        return
    # An earlier one knows less: this one's times are taken together, so that they add up.
    known = JoinReport.objects.filter(day=day, space=space, who=person, came_from=came_from)
    if sound_ms is None:
        known.filter(joined_ms__isnull=True).update(joined_ms=joined_ms)
    else:
        known.filter(sound_ms__isnull=True).update(joined_ms=joined_ms, sound_ms=sound_ms)


def _note_seen(day: date, space_ids: Collection[UUID], person: str) -> None:
    BubbleSeen.objects.bulk_create(
        [BubbleSeen(day=day, space_id=space_id, who=person) for space_id in space_ids], ignore_conflicts=True
    )
