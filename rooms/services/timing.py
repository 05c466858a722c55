"""Checks when a Space is to take place, as people enter it: a date and time by the clocks of a zone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from rooms.models import SpaceSeries
from rooms.times import Fold, TimeMissing, TimeTwice, moment_of
from spaces_project.lib.errors import Invalid
from spaces_project.lib.zones import UnknownZone, zone_named

# As clients say which of two equal times they mean; 0 and 1 as in PEP 495.
_FOLDS: dict[str, Fold] = {"": "", "earlier": "earlier", "later": "later", "0": "earlier", "1": "later"}
_TEXT_MAX = 64


@dataclass(frozen=True, slots=True)
class Announced:
    """When: `moment` in UTC, and the name of the zone it was entered in."""

    moment: datetime
    time_zone: str

    @property
    def local(self) -> datetime:
        """What the clocks of the zone show then."""
        return self.moment.astimezone(ZoneInfo(self.time_zone))


@dataclass(frozen=True, slots=True)
class Plan:
    """When, and how it comes again: `every` "" is once."""

    announced: Announced
    local_time: time
    every: str = ""
    until: date | None = None


def checked_time(
    *, scheduled_at: datetime | str, time_zone: str, fold: int | str = "", now: datetime
) -> Announced:
    """The moment of `scheduled_at`: a local time in `time_zone`, or one with its offset (`time_zone` then only names the
    host's zone; "" is UTC).

    Raises Invalid with one of the codes `schedule.zone_unknown` (field `time_zone`) and, for the field `scheduled_at`,
    `schedule.time_missing`, `schedule.time_twice` (ask again with `fold`), `schedule.past` (less than
    `SPACES_SCHEDULE_MIN_MINUTES` ahead), `schedule.too_far` (more than `SPACES_SCHEDULE_MAX_DAYS`), or `invalid`.
    """
    entered = _parsed(scheduled_at)
    is_local = entered.tzinfo is None
    zone = _checked_zone(time_zone, required=is_local)
    chosen = _FOLDS.get(str(fold))
    if chosen is None:
        raise Invalid(fields={"fold": [_("Choose the earlier or the later one.")]})
    try:
        moment = moment_of(entered, zone, fold=chosen) if is_local else entered.astimezone(UTC)
    except TimeMissing as error:
        words = _(
            "This time does not exist on that day: clocks in {place} go forward. The first one after it is {time}."
        ).format(place=_place(zone), time=f"{error.next_valid:%H:%M}")
        raise _wrong("scheduled_at", "schedule.time_missing", words) from error
    except TimeTwice as error:
        words = _(
            "Clocks in {place} go back that day, and show this time twice. "
            "Choose the earlier one ({earlier}) or the later one ({later})."
        ).format(place=_place(zone), earlier=_offset(error.earlier), later=_offset(error.later))
        raise _wrong("scheduled_at", "schedule.time_twice", words) from error
    except OverflowError:
        # Within hours of the first or the last moment of the calendar.
        moment = entered.replace(tzinfo=UTC)
    return Announced(_in_reach(moment, now), str(zone))


def checked_plan(
    *,
    scheduled_at: datetime | str,
    time_zone: str,
    fold: int | str = "",
    series: Mapping[str, Any] | None,
    now: datetime,
) -> Plan:
    """As `checked_time`, and how it comes again: `series` is `{"every": "week" | "month", "until": date or None}`, or None.

    Raises Invalid, too, for `series.every` and `series.until` (`series.ends_before_start`).
    """
    announced = checked_time(scheduled_at=scheduled_at, time_zone=time_zone, fold=fold, now=now)
    entered = _parsed(scheduled_at)
    local = entered if entered.tzinfo is None else announced.local
    if series is None:
        return Plan(announced, local.time())
    every = str(series.get("every") or "")
    if every not in SpaceSeries.Every.values:
        raise Invalid(fields={"series.every": [_("Choose every week or every month.")]})
    until = _checked_date(series.get("until"))
    if until is not None and until < local.date():
        words = _("This is before the first one. Choose a later day, or leave it empty.")
        raise _wrong("series.until", "series.ends_before_start", words)
    return Plan(announced, local.time(), every, until)


def _parsed(scheduled_at: datetime | str) -> datetime:
    if isinstance(scheduled_at, datetime):
        return scheduled_at.replace(microsecond=0)
    text = scheduled_at.strip()
    if not text:
        raise Invalid(fields={"scheduled_at": [_("Choose a date and a time.")]})
    try:
        # With a time of day: a date alone would be read as midnight.
        if ":" not in text or len(text) > _TEXT_MAX:
            raise ValueError(text)
        return datetime.fromisoformat(text).replace(microsecond=0)
    except ValueError as error:
        raise Invalid(fields={"scheduled_at": [_("Write it as a date and a time.")]}) from error


def _checked_date(text: Any) -> date | None:
    if text is None or text == "":
        return None
    if isinstance(text, date):
        return text
    try:
        return date.fromisoformat(str(text).strip()[:_TEXT_MAX])
    except ValueError as error:
        raise Invalid(fields={"series.until": [_("Write it as a date.")]}) from error


def _checked_zone(name: str, *, required: bool) -> ZoneInfo:
    if not name and not required:
        return ZoneInfo("UTC")
    try:
        return zone_named(name)
    except UnknownZone as error:
        raise _wrong("time_zone", "schedule.zone_unknown", _("Choose a time zone from the list.")) from error


def _in_reach(moment: datetime, now: datetime) -> datetime:
    least, most = settings.SPACES_SCHEDULE_MIN_MINUTES, settings.SPACES_SCHEDULE_MAX_DAYS
    if moment < now + timedelta(minutes=least):
        words = (
            _("This time has passed.")
            if moment <= now
            else _("Choose a time at least {least} minutes from now.").format(least=least)
        )
        raise _wrong("scheduled_at", "schedule.past", words)
    if moment > now + timedelta(days=most):
        raise _wrong(
            "scheduled_at",
            "schedule.too_far",
            _("Choose a time within the next {most} days.").format(most=most),
        )
    return moment


def _wrong(field: str, code: str, words: str) -> Invalid:
    return Invalid(words, code=code, fields={field: [words]})


def _place(zone: ZoneInfo) -> str:
    """ "Berlin" for Europe/Berlin."""
    return str(zone).rpartition("/")[2].replace("_", " ")


def _offset(moment: datetime) -> str:
    """ "UTC+2" or "UTC+10:30"."""
    hours = f"{moment:%z}"
    return f"UTC{hours[0]}{int(hours[1:3])}" + (f":{hours[3:5]}" if hours[3:5] != "00" else "")
