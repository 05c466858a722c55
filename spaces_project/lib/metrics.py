"""What is counted and measured for Prometheus (`/metrics`, docs/operation.md), in web processes and workers.

Each process writes into files of its own in `METRICS_DIR`, and whichever answers adds up those of its machine. What is in the
database or in Redis is not kept here but read when it is asked for: `METRICS_COLLECTORS`. Nothing here costs anything per
listener: a frame is measured once in a process, however many sockets it goes to.
"""

import contextlib
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, values
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

disable_created_metrics()

_REGISTRY = CollectorRegistry()
_PID = re.compile(r"_(\d+)\.db\Z")

# Each has labels, so that a process that measures nothing (a management command) writes no file.
REQUESTS = Counter(
    "spaces_http_requests",
    "Requests, by the name of the view.",
    ["view", "method", "status"],
    registry=_REGISTRY,
)
REQUEST_SECONDS = Histogram(
    "spaces_http_request_seconds",
    "Time a request took.",
    ["view"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=_REGISTRY,
)
SOCKETS = Gauge(
    "spaces_sockets",
    "Open websockets, of accounts and of guests.",
    ["who"],
    multiprocess_mode="livesum",
    registry=_REGISTRY,
)
FANOUT_SECONDS = Histogram(
    "spaces_fanout_seconds",
    "From the publishing of a frame until a process has written it to all its sockets (event: one with a seq).",
    ["kind"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
    registry=_REGISTRY,
)
JOINS = Counter(
    "spaces_joins", "People let into a Space, with an account or as guests.", ["who"], registry=_REGISTRY
)
AUDIO_FAILURES = Counter(
    "spaces_audio_failures",
    "Calls to LiveKit that failed; set_rights is somebody who could not be let publish, or kept from it.",
    ["call"],
    registry=_REGISTRY,
)
TASKS = Counter(
    "spaces_tasks", "Tasks that workers have done, or failed at.", ["task", "outcome"], registry=_REGISTRY
)
TASK_SECONDS = Histogram(
    "spaces_task_seconds",
    "Time a task took.",
    ["task"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 120),
    registry=_REGISTRY,
)
TASK_WAIT_SECONDS = Histogram(
    "spaces_task_wait_seconds",
    "From asking for a task until a worker began it.",
    ["task"],
    buckets=(0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60),
    registry=_REGISTRY,
)


def reading(
    name: str, words: str, values_by_label: Mapping[str, float] | float, *, label: str = ""
) -> GaugeMetricFamily:
    """Something that was just read, as what `METRICS_COLLECTORS` names returns it: one value, or one for each of `label`."""
    if not isinstance(values_by_label, Mapping):
        return GaugeMetricFamily(name, words, value=values_by_label)
    family = GaugeMetricFamily(name, words, labels=[label])
    for value_of_label, value in values_by_label.items():
        family.add_metric([value_of_label], value)
    return family


def share(folder: Path | None = None) -> None:
    """From now on write into files that all processes of this machine share. Called once, before anything is measured.

    Not said by an environment variable for all: the library of LiveKit's agents empties the folder that one names.
    """
    folder = folder or Path(settings.METRICS_DIR)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _tidy(folder)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    values.ValueClass = values.get_value_class()


def shared_folder() -> Path | None:
    """Where this process writes, if it shares what it counts."""
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    return Path(folder) if folder else None


def registry_with(readings: Iterable[GaugeMetricFamily]) -> CollectorRegistry:
    """All that there is to tell: what the processes of this machine have counted, and `readings`."""
    registry = CollectorRegistry()
    folder = shared_folder()
    if folder is None:
        registry.register(_REGISTRY)
    else:
        _drop_gauges_of_the_dead(folder)
        MultiProcessCollector(registry, path=str(folder))
    registry.register(_Readings(list(readings)))
    return registry


class _Readings:
    """What was read, as the library wants it."""

    def __init__(self, families: list[GaugeMetricFamily]) -> None:
        self._families = families

    def collect(self) -> list[GaugeMetricFamily]:
        return self._families


def _tidy(folder: Path) -> None:
    """Begin at nothing when none of those lives that have written here: everything was started anew."""
    files = list(folder.glob("*.db"))
    if any(_lives(file) for file in files):
        _drop_gauges_of_the_dead(folder)
        return
    for file in files:
        file.unlink(missing_ok=True)


def _drop_gauges_of_the_dead(folder: Path) -> None:
    """What a process has counted stays when it has ended; what it had open does not."""
    for file in folder.glob("gauge_live*.db"):
        if not _lives(file):
            file.unlink(missing_ok=True)


def _lives(file: Path) -> bool:
    found = _PID.search(file.name)
    if found is None:
        return False
    with contextlib.suppress(ProcessLookupError):
        try:
            os.kill(int(found[1]), 0)
        except PermissionError:
            return True
        return True
    return False
