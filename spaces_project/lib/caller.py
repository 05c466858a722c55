"""By which door, and from which address, what is being done now was asked for: for the audit log and for limits.

Set by the middleware for HTTP, by the consumer for each command, by tasks and commands for themselves; it follows into threads
that asgiref starts.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse


@dataclass(frozen=True, slots=True)
class Caller:
    """`door`: page, api, socket, admin, command or task ("" where nobody said); `address`: the client's, or None."""

    door: str = ""
    address: str | None = None


_NOBODY = Caller()
_caller: ContextVar[Caller] = ContextVar("caller", default=_NOBODY)


def caller() -> Caller:
    """Who asks."""
    return _caller.get()


def address_of(remote: str | None, forwarded: str | None) -> str | None:
    """The client's address, or None where what is given is none.

    `remote` is who connects; behind trusted proxies (`ALLAUTH_TRUSTED_PROXY_COUNT`) it is the entry of `forwarded`
    (X-Forwarded-For) that the first of them added.
    """
    proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
    if proxies:
        listed = [one.strip() for one in (forwarded or "").split(",")]
        remote = listed[-proxies] if len(listed) >= proxies else None
    try:
        return str(ip_address(remote or ""))
    except ValueError:
        return None


class CallerMiddleware:
    """Says of each request by which door it comes, and from where."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as asked for by this door."""
        address = address_of(request.META.get("REMOTE_ADDR"), request.META.get("HTTP_X_FORWARDED_FOR"))
        with called_by(_door(request.path), address):
            return self.get_response(request)


def _door(path: str) -> str:
    if path.startswith("/admin/"):
        return "admin"
    return "api" if path.startswith(("/api/", "/_allauth/")) else "page"


@contextmanager
def called_by(door: str, address: str | None = None) -> Iterator[None]:
    """Run a block as asked for by this door."""
    token = _caller.set(Caller(door, address))
    try:
        yield
    finally:
        _caller.reset(token)
