"""Runs installers and builders: their output goes to a log file, of which the end is shown when they fail."""

import contextlib
import fcntl
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from stack import paths
from stack.say import StackError, line

SHOWN_LINES = 15


def logged(
    command: Sequence[str],
    *,
    log: str,
    hint: str,
    cwd: Path = paths.ROOT,
    env: Mapping[str, str] | None = None,
) -> None:
    """Run `command` with its output in `var/log/<log>.log`.

    `env` is added to the environment. Raises StackError with `hint` (what to do) when it fails, after showing the
    end of the log. When interrupted, the command and its children are ended first.
    """
    file = paths.log_dir() / f"{log}.log"
    with file.open("ab") as out:
        out.write(f"\n$ {' '.join(command)}\n".encode())
        out.flush()
        start = out.tell()
        try:
            process = subprocess.Popen(
                command,
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise StackError(f"{command[0]} cannot be run ({error.strerror}). {hint}") from error
        try:
            code = process.wait()
        except BaseException:
            end_group(process.pid)
            process.wait()
            raise
    if code:
        _show_end(file, start)
        raise StackError(f"{hint} (exit {code}; the whole output is in {file})")


def _show_end(file: Path, start: int) -> None:
    with file.open("rb") as content:
        content.seek(start)
        lines = content.read().decode(errors="replace").splitlines()
    for text in lines[-SHOWN_LINES:]:
        line(f"    {text}")


def end_group(pid: int, signum: int = signal.SIGKILL) -> None:
    """Send `signum` to the process group led by `pid`; a group that is gone is fine."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signum)


@contextlib.contextmanager
def only_one(name: str) -> Iterator[None]:
    """Hold the lock `name` in the cache folder: a second run waits here instead of doing the same work twice."""
    with (paths.cache_dir() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
