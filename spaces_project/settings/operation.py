"""For those who run the site: lines of the logs, figures, health, errors sent elsewhere."""

import socket

from spaces_project.settings.core import VAR_DIR
from spaces_project.settings.env import env

# plain or json
LOG_FORMAT: str = env.str("LOG_FORMAT", default="plain")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "spaces_project.lib.logs.PlainFormatter"},
        "json": {"()": "spaces_project.lib.logs.JsonFormatter"},
    },
    "filters": {"no_routine": {"()": "spaces_project.lib.logs.RoutineFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "json" if LOG_FORMAT == "json" else "plain",
        }
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="INFO")},
    # Some tasks run every second: lines about each time would hide all others.
    "loggers": {
        "celery.app.trace": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.beat": {"filters": ["no_routine"]},
        # LiveKit's client calls each end of a room an error; what matters of it comes as an exception.
        "livekit": {"level": "CRITICAL"},
        "livekit.agents": {"level": "ERROR"},
        # A line for each request and answer.
        "stripe": {"level": "WARNING"},
        # uvicorn's own lines, in our shape; those about requests, which have paths and addresses, are ours.
        "uvicorn": {"handlers": [], "propagate": True},
        "uvicorn.access": {"handlers": [], "propagate": False},
    },
}

# Figures for Prometheus: refused to everybody until one of these says who may read them.
METRICS_TOKEN: str = env.str("METRICS_TOKEN", default="")
# Addresses, or networks (10.0.0.0/8).
METRICS_ADDRESSES: list[str] = env.list("METRICS_ADDRESSES", default=[])
# Where the processes of one machine add up what they count; each machine has its own.
METRICS_DIR: str = env.str("METRICS_DIR", default="") or str(VAR_DIR / "metrics" / socket.gethostname())
# What is read when figures are asked for: each function takes `now` and returns what `reading` of lib.metrics makes.
METRICS_COLLECTORS: list[str] = [
    "operation.collectors.parts",
    "social.figures.read",
    "rooms.figures.read",
    "recordings.figures.read",
    "tickets.figures.read",
    "integrations.figures.read",
]

# The parts that `/readyz` looks at: name -> a function that returns when the part is well (spaces_project.lib.health).
READY_CHECKS: dict[str, str] = {
    "database": "operation.checks.database",
    "redis": "operation.checks.redis",
    "livekit": "rooms.audio.health.livekit",
    "worker": "operation.checks.worker",
    "beat": "operation.checks.beat",
    "agents": "recordings.health.agents",
}
# Without these a web process is of no use: 503. The others are named, and the site goes on with what it has.
READY_REQUIRED: list[str] = env.list("READY_REQUIRED", default=["database", "redis"])
# So long a part may take to answer.
READY_TIMEOUT_SECONDS: float = env.float("READY_TIMEOUT_SECONDS", default=2.0)
# A worker or beat that was not heard of for so long is missing.
HEARTBEAT_SECONDS: float = env.float("HEARTBEAT_SECONDS", default=30.0)

# What `manage.py doctor` looks at, in this order: each function takes `now` and returns Findings (spaces_project.lib.health).
DOCTOR_CHECKS: list[str] = [
    "operation.doctor.stores.database",
    "operation.doctor.stores.redis",
    "operation.doctor.site.secrets_and_debug",
    "operation.doctor.site.addresses",
    "operation.doctor.site.from_outside",
    "operation.doctor.machine.processes",
    "rooms.audio.doctor.livekit",
    "social.doctor.mail",
    "social.doctor.push",
    "tickets.doctor.payments",
    "operation.doctor.machine.files",
    "operation.doctor.machine.disk",
]

# Errors go to a service that speaks Sentry's protocol, without anything personal. Unset: nowhere.
SENTRY_DSN: str = env.str("SENTRY_DSN", default="")
SENTRY_ENVIRONMENT: str = env.str("SENTRY_ENVIRONMENT", default="production")

__all__ = [name for name in dir() if name.isupper()]
