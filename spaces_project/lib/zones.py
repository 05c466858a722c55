"""Time zones by their names in the IANA database."""

from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

# "America/Argentina/ComodRivadavia" has 32 characters; what is longer is asked of no file system.
NAME_MAX_LENGTH = 64
# No zones of any place: "what this machine has", "not set yet", and copies of the others under other rules.
_NO_PLACES = ("localtime", "Factory")
_COPIES = ("posix/", "right/", "SystemV/")


class UnknownZone(ValueError):
    """No zone has this name."""


def zone_named(name: str) -> ZoneInfo:
    """The zone of this name, written exactly so. Raises UnknownZone."""
    if name not in _known():
        raise UnknownZone(name)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(name) from error


def zone_names() -> tuple[str, ...]:
    """The zones that one may choose from, by continent and city; UTC first."""
    return _choices()


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(
        name for name in available_timezones() if name not in _NO_PLACES and not name.startswith(_COPIES)
    )


@lru_cache(maxsize=1)
def _choices() -> tuple[str, ...]:
    places = {name for name in _known() if "/" in name and not name.startswith(("Etc/", "US/", "Brazil/"))}
    return ("UTC", *sorted(places - {"UTC"}))
