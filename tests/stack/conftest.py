"""What the tests of the stack share: `python -m stack` as a process of its own, and a look at what it started."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from stack import paths
from stack.ports import free_port
from tests.plugins.service import wait_until


@dataclass
class Started:
    """A process of ours with its output in a file."""

    process: subprocess.Popen[bytes]
    log: Path

    def output(self) -> str:
        """Return what it has printed so far."""
        return self.log.read_text(errors="replace")

    def wait_for(self, text: str, seconds: float = 60) -> None:
        """Return when it has printed `text`; fail at once when it ends before."""

        def printed() -> bool:
            if text in self.output():
                return True
            assert self.process.poll() is None, f"ended without printing {text!r}:\n{self.output()}"
            return False

        wait_until(printed, f"{text!r} is printed", seconds)

    def family(self) -> set[int]:
        """Return the process numbers of it and all its descendants."""
        rows = subprocess.run(["ps", "-Ao", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = [tuple(map(int, row.split())) for row in rows.splitlines()]
        found = {self.process.pid}
        while new := {pid for pid, parent in parents if parent in found} - found:
            found |= new
        return found


def alive(pids: set[int]) -> set[int]:
    """Return those of `pids` that still run (zombies, which wait for somebody to notice, do not)."""
    rows = subprocess.run(["ps", "-Ao", "pid=,stat="], capture_output=True, text=True, check=True).stdout
    running = {int(row.split()[0]) for row in rows.splitlines() if not row.split()[1].startswith("Z")}
    return pids & running


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Started]]:
    """Return `start(command, **environment)`, which starts a process; it is ended with the test."""
    started: list[Started] = []

    def start_one(command: list[str], **environment: str) -> Started:
        log = tmp_path / f"output-{len(started)}.log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                command,
                cwd=paths.ROOT,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        started.append(Started(process, log))
        return started[-1]

    yield start_one
    for one in started:
        one.process.send_signal(signal.SIGTERM)
        one.process.wait(timeout=60)


@pytest.fixture
def stack_run(start: Callable[..., Started], tmp_path: Path) -> Callable[..., Started]:
    """Return `stack_run(**environment)`: `python -m stack run` on free ports with a private folder of its own."""
    names = ("PORT", "REDIS_PORT", "LIVEKIT_PORT", "LIVEKIT_TCP_PORT", "LIVEKIT_UDP_PORT", "STRIPE_PORT")
    ports = {name: str(free_port()) for name in names}
    var = tmp_path / "var"
    var.mkdir()
    # Variables that name the services of the unit tests must not reach it.
    unset = [part for name in ("LIVEKIT_URL", "LIVEKIT_WS_URL", "STRIPE_API_KEY") for part in ("-u", name)]
    own = {
        "SPACES_VAR_DIR": str(var),
        "DATABASE_URL": f"sqlite:///{var}/spaces.sqlite3",
        "REDIS_URL": "",
        "SITE_URL": "",
    }

    def run(**environment: str) -> Started:
        command = ["env", *unset, sys.executable, "-m", "stack", "run"]
        return start(command, **{**ports, **own, **environment})

    return run
