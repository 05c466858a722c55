"""By which door, and from which address, what is being done now was asked for: for the audit log and for limits.

Set by the middleware for HTTP, by the consumer for each command, by tasks and commands for themselves; it follows into threads
that asgiref starts.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


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


@contextmanager
def called_by(door: str, address: str | None = None) -> Iterator[None]:
    """Run a block as asked for by this door."""
    token = _caller.set(Caller(door, address))
    try:
        yield
    finally:
        _caller.reset(token)
