"""How often anybody may do something (`LIMITS` of the settings): counted for the account and for the address together."""

from contextvars import ContextVar
from datetime import datetime, timedelta
from ipaddress import IPv6Network, ip_address
from typing import Protocol

from django.conf import settings

from spaces_project.lib import rate
from spaces_project.lib.caller import caller
from spaces_project.lib.errors import TooMany

# A provider gives a home, or a phone, as many IPv6 addresses as this network has.
_IPV6_PREFIX = 64

_refused: ContextVar[int] = ContextVar("refused", default=0)


class Account(Protocol):
    """What counts of somebody: who they are, and since when."""

    pk: int
    date_joined: datetime


def is_new(account: Account, *, now: datetime) -> bool:
    """Whether the account is younger than `SPACES_NEW_ACCOUNT_HOURS`."""
    return now - account.date_joined < timedelta(hours=settings.SPACES_NEW_ACCOUNT_HOURS)


def require(action: str, *, user: Account | None = None, address: str | None = None, now: datetime) -> None:
    """Count one `action` of LIMITS for `user` and for `address` (left out: where the caller is); both, or neither.

    Raises TooMany with how long to wait; what is refused does not count. Without Redis everything passes but what is not to be
    done uncounted (signing in).
    """
    limit = settings.LIMITS[action]
    address = address or caller().address
    if address is None and limit.needs_counting:
        # Whoever hides where they come from counts as one with all who do.
        address = "unknown"
    counted = []
    if user is not None:
        per_account = limit.new_account if is_new(user, now=now) else limit.account
        if per_account:
            counted.append(rate.Counted(f"user:{user.pk}", *per_account))
    if address is not None and limit.address:
        counted.append(rate.Counted(f"address:{network_of(address)}", *limit.address))
    try:
        rate.require_all(action, counted, now=now, unless_lost=limit.needs_counting)
    except TooMany as error:
        _refused.set(error.retry_after)
        raise


def network_of(address: str) -> str:
    """What an address is counted as: itself, or the network that an IPv6 address is one of."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 6:
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(IPv6Network((int(found), _IPV6_PREFIX), strict=False))
    return str(found)


def refused_for() -> int:
    """How many seconds whoever was refused last in this context has to wait; 0 where nobody was. Asking forgets it."""
    seconds = _refused.get()
    _refused.set(0)
    return seconds
