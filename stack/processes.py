"""Several programs started and stopped together, each under a guard, with their output prefixed by name."""

import contextlib
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from stack import paths, say

_GUARD = str(Path(__file__).with_name("guard.py"))
_LOOK_SECONDS = 0.05
READY_SECONDS = 60.0
_WIDTH = 7
_COLOURS = (36, 35, 34, 32, 33, 31)


def guarded(
    command: Sequence[str], *, stop_signal: str = "TERM", grace: float = 10, uid: int | None = None
) -> list[str]:
    """Return the command line that runs `command` under a guard: see `stack/guard.py`.

    It must get a pipe as standard input; the program ends when that is closed. `grace` is in seconds.
    """
    user = "-" if uid is None else str(uid)
    return [sys.executable, "-I", "-S", _GUARD, stop_signal, str(grace), user, *command]


@dataclass
class Child:
    """A running program: its name, its guard's process and its log file."""

    name: str
    process: subprocess.Popen[str]
    log: Path
    critical: bool
    ended: threading.Event = field(default_factory=threading.Event)

    def stop(self) -> None:
        """Ask it to end; its guard kills it when it takes too long."""
        if self.process.stdin and not self.process.stdin.closed:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()

    def hurry(self) -> None:
        """Ask twice, at which its guard kills it at once."""
        self.stop()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.send_signal(signal.SIGHUP)


class Supervisor:
    """Starts programs and stops them all when the `with` block ends, whatever ends it."""

    def __init__(self, output: Callable[[str], None] = say.line) -> None:
        self._output = output
        self._exits: queue.SimpleQueue[tuple[Child, int]] = queue.SimpleQueue()
        self.children: list[Child] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        critical: bool = True,
        grace: float = 10,
    ) -> Child:
        """Start `command` as `name` with `environment` added to ours; its output also goes to `var/log/<name>.log`.

        When a `critical` program ends by itself, `watch` returns. Raises StackError when it cannot be run.
        """
        log = paths.log_dir() / f"{name}.log"
        process = subprocess.Popen(
            guarded(command, grace=grace),
            cwd=paths.ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        child = Child(name, process, log, critical)
        prefix = self._prefix(len(self.children), name)
        self.children.append(child)
        threading.Thread(target=self._pump, args=(child, prefix), daemon=True).start()
        return child

    def _prefix(self, number: int, name: str) -> str:
        text = f"{name:<{_WIDTH}} | "
        return f"\033[{_COLOURS[number % len(_COLOURS)]}m{text}\033[0m" if say.colour() else text

    def _pump(self, child: Child, prefix: str) -> None:
        assert child.process.stdout is not None
        with child.log.open("w") as log, child.process.stdout as lines:
            for text in lines:
                log.write(text)
                log.flush()
                self._output(f"{prefix}{text.rstrip()}")
        code = child.process.wait()
        child.ended.set()
        self._exits.put((child, code))

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float) -> None:
        """Return when `ready()` is true; raise StackError when a critical program ends first or time runs out."""
        end = time.monotonic() + seconds
        while not ready():
            for child in self.children:
                if child.critical and child.ended.is_set():
                    raise say.StackError(
                        f"{child.name} ended before {what}: see the lines above and {child.log}"
                    )
            if time.monotonic() > end:
                raise say.StackError(f"Waited {seconds:.0f} s in vain until {what}: see {paths.log_dir()}")
            time.sleep(_LOOK_SECONDS)

    def watch(self) -> tuple[Child, int]:
        """Wait until a critical program ends by itself; return it and its exit status. Others that end are named."""
        while True:
            child, code = self._exits.get()
            if child.critical:
                return child, code
            say.line(f"{child.name} stopped (exit {code}): Spaces goes on without it. See {child.log}")

    def stop(self) -> None:
        """Stop all, those that the others need (the first two) at the end. A second Ctrl-C kills."""
        try:
            for group in (self.children[2:], self.children[:2]):
                for child in reversed(group):
                    child.stop()
                for child in group:
                    child.ended.wait()
        except KeyboardInterrupt:
            for child in self.children:
                child.hurry()
            raise


def answers(url: str) -> bool:
    """Tell whether `url` is answered with anything but a server error."""
    try:
        with urllib.request.urlopen(url, timeout=READY_SECONDS) as response:
            return bool(response.status < 500)
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def listens(port: int) -> bool:
    """Tell whether something accepts TCP connections on `port` of 127.0.0.1."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
