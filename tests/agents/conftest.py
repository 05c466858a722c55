"""What the tests of workers in rooms share: real workers on the database of the tests, and people with voices."""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from channels.layers import get_channel_layer
from django.db import connection
from django.utils import timezone

from recordings import workers
from recordings.models import AgentJob
from recordings.services.agents import agents_round
from rooms.models import Space
from spaces_project.lib import broadcast
from tests.audio.background import Background
from tests.audio.conftest import at, background, enter, handmade, now, person, space, start_space  # noqa: F401
from tests.plugins.service import Service, wait_until
from tests.plugins.services import FOLDER


@pytest.fixture(scope="session")
def database_url(django_db_setup: None) -> str:
    """The address of the database of the tests, for processes beside them."""
    database = connection.settings_dict
    where = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
    return f"postgres://{where}/{database['NAME']}"


@pytest.fixture(scope="session")
def agents(livekit_server: object, database_url: str) -> Iterator[Service]:
    """The workers in rooms, as `make run` starts them."""
    service = Service("agents", FOLDER)
    service.start(
        [sys.executable, "-m", "recordings.agents"],
        lambda: workers.are_there(timezone.now()),
        env={"DATABASE_URL": database_url},
    )
    yield service
    service.stop()


@pytest.fixture
def running() -> Callable[..., AgentJob]:
    """`running(space)` plays beat until a worker has begun, with a job after the one of key `after`, and returns its job."""

    def wait(
        of: Space, *, kind: str = AgentJob.Kind.CAPTIONS, after: int = 0, seconds: float = 60
    ) -> AgentJob:
        mine = AgentJob.objects.filter(space=of, kind=kind, state=AgentJob.State.RUNNING, pk__gt=after)

        def begun() -> bool:
            agents_round(now=timezone.now())
            return mine.exists()

        wait_until(begun, f"a worker has begun ({kind})", seconds)
        return mine.get()

    return wait


def kill(job: AgentJob) -> None:
    """End a job's process as a machine that fails would."""
    os.kill(pid_of(job), signal.SIGKILL)


def pid_of(job: AgentJob) -> int:
    """The number of the process that has the job."""
    return int(job.worker.split(".")[-2])


class Reader:
    """Reads captions as a web process does. `frames` are those that came, each with when (`time.monotonic`)."""

    def __init__(self, loop: Background, of: Space) -> None:
        self._loop = loop
        self.frames: list[tuple[float, dict[str, Any]]] = []
        self._ready = threading.Event()
        self._task = loop.start(self._read(broadcast.captions_group(of.pk)))
        assert self._ready.wait(10)

    def data(self, type: str) -> list[dict[str, Any]]:
        """What came of this type."""
        return [frame["data"] for _, frame in self.frames if frame["type"] == type]

    def close(self) -> None:
        """Read no more."""
        self._loop.stop(self._task)

    async def _read(self, group: str) -> None:
        layer = get_channel_layer()
        channel = await layer.new_channel()
        await layer.group_add(group, channel)
        self._ready.set()
        while True:
            message = await layer.receive(channel)
            self.frames.append((time.monotonic(), json.loads(message["text"])))


@pytest.fixture
def reader(background: Background, space: Space) -> Iterator[Reader]:  # noqa: F811
    """Reads the captions of `space`."""
    made = Reader(background, space)
    yield made
    made.close()
