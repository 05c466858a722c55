"""Figures that every installation has (`METRICS_COLLECTORS`)."""

from collections.abc import Iterable
from datetime import datetime

import redis
from prometheus_client.core import GaugeMetricFamily

from operation.checks import TICK
from operation.readiness import parts as all_parts
from spaces_project.lib import heartbeats
from spaces_project.lib.metrics import reading


def parts(now: datetime) -> Iterable[GaugeMetricFamily]:
    """Which parts are well, and when each was last heard of."""
    up = {name: float(part.state == "ok") for name, part in all_parts().items() if part.state != "off"}
    yield reading("spaces_part_up", "Whether a part of the installation answers.", up, label="part")
    try:
        ages = heartbeats.ages()
    except redis.RedisError:
        return
    webhooks = {
        part.removeprefix("webhook:"): age for part, age in ages.items() if part.startswith("webhook:")
    }
    yield reading(
        "spaces_webhook_age_seconds",
        "Time since the last webhook that was signed as it should be.",
        webhooks,
        label="sender",
    )
    clocks = {part: ages[part] for part in ("beat", TICK) if part in ages}
    yield reading(
        "spaces_heartbeat_age_seconds",
        "Time since beat, and a task of beat (tick), were seen.",
        clocks,
        label="part",
    )
