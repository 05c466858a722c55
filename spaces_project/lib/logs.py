"""How lines of the logs look: plain for eyes, JSON for machines (`LOG_FORMAT`); neither says anything personal."""

import logging
import os
from datetime import UTC, datetime
from typing import Any

import orjson

from spaces_project.lib.caller import caller
from spaces_project.lib.redact import redacted, redacted_path
from spaces_project.lib.trace import trace

# What a line about a request has beside its words (spaces_project.lib.requests).
_REQUEST_FIELDS = ("method", "view", "status", "ms", "task")


class RoutineFilter(logging.Filter):
    """Leaves out Celery beat's line about each task it sends: some are sent every second, and would hide all others."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record stays."""
        return not str(record.msg).startswith("Scheduler: Sending due task")


class PlainFormatter(logging.Formatter):
    """`2026-08-01 12:00:00 WARNING rooms.audio.sfu: words [trace]`"""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name}: {message}", "%Y-%m-%d %H:%M:%S", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  (logging's name)
        """The line, and under which name it was asked for."""
        line = super().formatMessage(record)
        return f"{line} [{trace()}]" if trace() else line

    def format(self, record: logging.LogRecord) -> str:
        """The line and what it has of a traceback."""
        return redacted(_without_path(record, super().format(record)))


class JsonFormatter(logging.Formatter):
    """One object a line: at, level, logger, message, trace, door, pid; method, view, status and ms of a request; exception."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": redacted(_without_path(record, record.getMessage())),
            "trace": trace(),
            "door": caller().door,
            "pid": os.getpid(),
        }
        line |= {name: getattr(record, name) for name in _REQUEST_FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["exception"] = redacted(_without_path(record, self.formatException(record.exc_info)))
        return orjson.dumps(line, default=str).decode()


def _without_path(record: logging.LogRecord, text: str) -> str:
    """Django names the path of a request that went wrong: without what is secret in it."""
    path = getattr(getattr(record, "request", None), "path", "")
    return text.replace(path, redacted_path(path)) if len(path) > 1 else text
