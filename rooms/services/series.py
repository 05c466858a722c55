"""Spaces that come again: the next ones are made ahead, as far as scheduling reaches, at the same time by the host's clock.

They are as the latest of the series is. On a day whose clocks never show the time it is the first moment after it that they
do show; of a time that they show twice the earlier one is taken.
"""

import logging
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from accounts.selectors import hosting_eligibility
from rooms.models import Space, SpaceSeries
from rooms.services.announcing import announce_again
from rooms.services.locks import locked_person, locked_series
from rooms.services.timing import Announced, Plan
from rooms.times import moment_of_series, next_on

logger = logging.getLogger(__name__)

# A date begins up to so much earlier, or later, somewhere on Earth than it does in UTC.
_ZONES = timedelta(days=1)


def series_start(first: Space, plan: Plan, *, now: datetime) -> SpaceSeries:
    """Make `first` the first of a series, and those after it that can be announced already. The host's row is locked."""
    local = plan.announced.local
    series = SpaceSeries.objects.create(
        host=first.host,
        every=plan.every,
        first_on=local.date(),
        local_time=plan.local_time,
        time_zone=first.time_zone,
        until=plan.until,
        made_until=local.date(),
        created_at=now,
    )
    first.series = series
    first.save(update_fields=["series"])
    _make_ahead(series, now=now)
    return series


def series_extend(*, now: datetime) -> int:
    """Announce what series have within `SPACES_SCHEDULE_MAX_DAYS`, as far as their hosts' `SPACES_SCHEDULED_MAX` reaches;
    beat asks for it every hour. Returns how many were made.

    Two at once make each once. A series that cannot be extended now does not keep the others from it.
    """
    horizon = now.date() + timedelta(days=settings.SPACES_SCHEDULE_MAX_DAYS) + _ZONES
    running = SpaceSeries.objects.filter(ended_at__isnull=True, made_until__lt=horizon)
    running = running.filter(Q(until__isnull=True) | Q(until__gt=F("made_until")))
    made = 0
    for series in running.select_related("host").order_by("pk").iterator():
        if _next(series, now=now) is None:
            continue
        try:
            with transaction.atomic():
                locked_person(series.host)
                current = locked_series(series.pk)
                if current is not None and current.ended_at is None:
                    made += _make_ahead(current, now=now)
        except Exception:
            logger.exception("Could not extend series %s", series.pk)
    return made


def _make_ahead(series: SpaceSeries, *, now: datetime) -> int:
    """Announce the next ones of a series whose host's row is locked. Returns how many."""
    host = series.host
    if not hosting_eligibility(host).eligible:
        return 0
    template = series.spaces.select_related("host", "series").order_by("-scheduled_at", "-pk").first()
    if template is None:
        return 0
    waiting = Space.objects.filter(host=host, state=Space.State.SCHEDULED).count()
    made = 0
    while (following := _next(series, now=now)) is not None:
        day, moment = following
        soonest = now + timedelta(minutes=settings.SPACES_SCHEDULE_MIN_MINUTES)
        # One whose time went by while the host had no room for it is left out.
        if moment >= soonest:
            if waiting + made >= settings.SPACES_SCHEDULED_MAX:
                break
            announce_again(template, when=Announced(moment, series.time_zone), now=now)
            made += 1
        series.made_until = day
    series.save(update_fields=["made_until"])
    return made


def _next(series: SpaceSeries, *, now: datetime) -> tuple[date, datetime] | None:
    """The date and the moment of the next one to announce; None when it is too far ahead, or there is none."""
    try:
        day = next_on(series.made_until, series.every, first_on=series.first_on)
    except (OverflowError, ValueError):
        return None
    if series.until is not None and day > series.until:
        return None
    moment = moment_of_series(day, series.local_time, ZoneInfo(series.time_zone))
    if moment > now + timedelta(days=settings.SPACES_SCHEDULE_MAX_DAYS):
        return None
    return day, moment
