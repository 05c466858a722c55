"""Which request, command or task what is done now belongs to: one name that runs through all lines of the logs.

A request brings its own (`X-Request-ID`) or gets one; a command of a socket is the connection and the command's `ref`; what
they enqueue goes on under their name (spaces_project.celery). A task that beat asks for has a name of its own.
"""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{1,64}")
_trace: ContextVar[str] = ContextVar("trace", default="")


def trace() -> str:
    """The name of what is done now; "" where nothing was asked for."""
    return _trace.get()


def new_trace() -> str:
    """A name that nothing else has."""
    return secrets.token_hex(8)


def taken_or_new(given: str | None) -> str:
    """`given`, if it is up to 64 letters, digits, dots, dashes or underscores; else a new name."""
    return given if given and _WELL_FORMED.fullmatch(given) else new_trace()


def command_trace(connection: str, ref: str | None) -> str:
    """The name of a command of a socket; what a client calls it is left out where it is no plain name."""
    return f"{connection}.{ref}"[:64] if ref and _WELL_FORMED.fullmatch(ref) else connection


@contextmanager
def traced(name: str) -> Iterator[None]:
    """Run a block under this name."""
    token = _trace.set(name)
    try:
        yield
    finally:
        _trace.reset(token)
