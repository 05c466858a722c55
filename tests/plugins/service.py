"""One program that tests run against, under a guard, and how they wait for it."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from stack import paths
from stack.processes import guarded

START_SECONDS = 110.0
_LOOK_SECONDS = 0.02


def wait_until(ready: Callable[[], bool], what: str, seconds: float = START_SECONDS) -> None:
    """Return when `ready()` is true; fail with `what` did not come true when `seconds` have passed."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            pytest.fail(f"waited {seconds:.0f} s in vain until {what}", pytrace=False)
        time.sleep(_LOOK_SECONDS)


class Service:
    """One program under a guard, with its output in a file."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(
        self,
        command: list[str],
        ready: Callable[[], bool],
        *,
        stop_signal: str = "TERM",
        grace: float = 10,
        seconds: float = START_SECONDS,
        uid: int | None = None,
        env: dict[str, str] | None = None,
    ) -> None:
        """Start `command` and return when `ready()`, within `seconds`; one that ends before fails with the end of its log."""
        with self.log.open("wb") as log:
            self._process = process = subprocess.Popen(
                guarded(command, stop_signal=stop_signal, grace=grace, uid=uid),
                cwd=paths.ROOT,
                env={**os.environ, **(env or {})},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

        def ready_or_dead() -> bool:
            if process.poll() is not None:
                end = "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])
                pytest.fail(
                    f"{self.name} ended at its start (exit {process.returncode}):\n{end}", pytrace=False
                )
            return ready()

        wait_until(ready_or_dead, f"{self.name} is ready (see {self.log})", seconds)

    @property
    def running(self) -> bool:
        """Tell whether the program runs."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End the program, if it runs, and return when it is gone."""
        if self._process is None:
            return
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait()
        self._process = None

    def freeze(self) -> None:
        """Stop the program in its tracks: it keeps its connections and answers nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGUSR1)

    def thaw(self) -> None:
        """Let a frozen program go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGUSR2)
