"""What the tests of workers in rooms share: real workers on the database of the tests, and people with voices."""

import os
import signal
import sys
from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.utils import timezone

from recordings import workers
from recordings.models import AgentJob
from recordings.services.agents import agents_round
from rooms.models import Space
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
        of: Space, *, kind: str = AgentJob.Kind.CAPTIONS, after: int = 0, seconds: float = 15
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
    os.kill(int(job.worker.split(".")[-2]), signal.SIGKILL)
