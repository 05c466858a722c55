"""The site in a web server's own process, with a database of its own that holds one live Space."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from stack.paths import ROOT
from stack.ports import free_port
from stack.processes import listens
from tests.plugins.service import Service
from tests.plugins.services import FOLDER

_SEED = """
import django; django.setup()
from django.utils import timezone
from accounts.models import HostingWaiver, User
from rooms.services.lifecycle import space_start
host = User.objects.create_user("the_host")
HostingWaiver.objects.create(user=host, reason="For a test.")
print(space_start(host=host, title="Morning voices", now=timezone.now()).pk)
"""


@dataclass(frozen=True)
class Served:
    """Where a site is served; `space` is the id of its live Space."""

    port: int
    space: str
    service: Service

    @property
    def host(self) -> str:
        """Address and port, as in a Host header."""
        return f"127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What the server has written."""
        return self.service.log.read_text()


class Site:
    """A database with one live Space; `serve` serves it."""

    def __init__(self) -> None:
        self._folder = FOLDER / "site"
        self._folder.mkdir(exist_ok=True)
        self._env = {
            "DATABASE_URL": f"sqlite:///{self._folder / 'site.sqlite3'}",
            "SPACES_VAR_DIR": str(self._folder),
            "LIVEKIT_URL": "",
            "LOG_LEVEL": "WARNING",
            "DJANGO_SETTINGS_MODULE": "spaces_project.settings",
        }
        self._run(sys.executable, "manage.py", "migrate", "--verbosity", "0")
        self._space = self._run(sys.executable, "-c", _SEED).split()[-1]

    @contextmanager
    def serve(self, server: str, **env: str) -> Iterator[Served]:
        """Serve it with "daphne" or "uvicorn" for the length of a block."""
        port, app = free_port(), "spaces_project.asgi:application"
        command = {
            "daphne": ["daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(port), app],
            "uvicorn": ["uvicorn", "--host", "127.0.0.1", "--port", str(port), "--log-level", "warning", app],
        }[server]
        service = Service(f"site-{server}-{port}", FOLDER)
        service.start(
            [sys.executable, "-m", *command],
            lambda: listens(port),
            env=self._env | {"SITE_URL": f"http://127.0.0.1:{port}"} | env,
        )
        try:
            yield Served(port, self._space, service)
        finally:
            service.stop()

    def _run(self, *command: str) -> str:
        env = os.environ | self._env
        done = subprocess.run(
            command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=110, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout
