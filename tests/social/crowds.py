"""Many people at once, and a real Celery worker that can be killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from accounts.models import Follow, User
from stack.paths import ROOT
from tests.plugins.services import FOLDER


def crowd(count: int, *, following: User | None = None, name: str = "fan") -> list[User]:
    """So many people, who perhaps follow somebody: rows alone, without counts. In the order of their keys."""
    people = User.objects.bulk_create(
        User(handle=f"{name}{number}", name=f"{name} {number}", email=f"{name}{number}@example.com")
        for number in range(count)
    )
    if following is not None:
        Follow.objects.bulk_create(Follow(follower=person, followee=following) for person in people)
    return people


class Worker:
    """A Celery worker in a process of its own, on the test's database, with a queue of its own."""

    def __init__(self, log: Path, env: dict[str, str]) -> None:
        self.log, self._env = log, env
        command = ["celery", "-A", "spaces_project", "worker", "--pool", "solo", "--loglevel", "INFO"]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    *command,
                    "--without-gossip",
                    "--without-mingle",
                    "--without-heartbeat",
                ],
                cwd=ROOT,
                env=env,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def do(self, task: str) -> None:
        """Put a task into the worker's queue."""
        code = f"from spaces_project.celery import app; app.send_task({task!r})"
        subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=self._env, check=True, timeout=60)

    def pause(self) -> None:
        """Have it stand still, wherever it is."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """End the pause."""
        self._process.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End it as a power cut does."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


def worker_environment(**env: str) -> dict[str, str]:
    """The environment of a process that works on the test's database, with `env` on top, and a queue of its own."""
    database = connection.settings_dict
    where = f"{database['HOST']}:{database['PORT']}/{database['NAME']}"
    secret = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    return {
        **os.environ,
        "DATABASE_URL": f"postgres://{database['USER']}{secret}@{where}",
        # Another of Redis's databases: nobody else's tasks.
        "REDIS_URL": settings.REDIS_URL.rsplit("/", 1)[0] + "/5",
        "LIVEKIT_URL": "",
        **env,
    }


@contextmanager
def worker(**env: str) -> Iterator[Worker]:
    """A worker for the length of a block, with `env` on top of the tests' environment."""
    started = Worker(FOLDER / "worker.log", worker_environment(**env))
    try:
        yield started
    finally:
        started.kill()
