"""Programs run together: prefixed output, one dying, all ending, whatever ends the one who started them."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from stack.processes import Supervisor
from stack.say import StackError
from tests.plugins.service import wait_until
from tests.stack.conftest import Started, alive

# Starts a child with a child of its own; both ignore SIGTERM, as a program that hangs does.
_STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.signal(15, signal.SIG_IGN); signal.pause()"])
print("up", flush=True)
signal.pause()
"""
_PARENT = """
import signal, sys
from stack.processes import Supervisor
with Supervisor() as supervisor:
    supervisor.start("gentle", [sys.executable, "-c", "print('up', flush=True); import signal; signal.pause()"], {})
    supervisor.start("stubborn", [sys.executable, "-c", sys.argv[1]], {}, grace=0.5)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))
    supervisor.watch()
"""


def _silent(text: str) -> None:
    """Print nothing."""


@pytest.fixture
def parent(start: Callable[..., Started]) -> Started:
    """A process that supervises two programs, one of which ignores SIGTERM, as does its child."""
    started = start([sys.executable, "-c", _PARENT, _STUBBORN])
    started.wait_for("gentle  | up")
    started.wait_for("stubborn | up")
    wait_until(lambda: len(started.family()) == 6, "both programs, their guards and the child run")
    return started


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_is_left_over(parent: Started, signum: int) -> None:
    family = parent.family()
    parent.process.send_signal(signum)
    parent.process.wait(timeout=30)
    wait_until(lambda: not alive(family), "all processes are gone", 30)


def test_killed_guard_takes_its_program_along(parent: Started) -> None:
    family = parent.family()
    # Those with children of their own, apart from the parent, are the guards and the stubborn program.
    os.kill(min(family - {parent.process.pid}), signal.SIGKILL)
    assert parent.process.wait(timeout=30) == 0
    wait_until(lambda: not alive(family), "all processes are gone", 30)


def test_hurry_kills_what_would_take_its_time(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SPACES_VAR_DIR", str(tmp_path))
    with Supervisor(_silent) as supervisor:
        child = supervisor.start("stubborn", [sys.executable, "-c", _STUBBORN], {}, grace=3600)
        wait_until(lambda: child.log.is_file() and "up" in child.log.read_text(), "it is up", 30)
        child.hurry()
        assert child.ended.wait(30)


def test_output_is_prefixed_and_kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SPACES_VAR_DIR", str(tmp_path))
    output: list[str] = []
    with Supervisor(output.append) as supervisor:
        supervisor.start("web", ["sh", "-c", 'echo "$WORD"; echo two >&2'], {"WORD": "one"})
        child, code = supervisor.watch()
    assert output == ["web     | one", "web     | two"]
    assert (child.name, code) == ("web", 0)
    assert (tmp_path / "log" / "web.log").read_text() == "one\ntwo\n"


def test_the_one_that_dies_is_returned_with_its_exit_status(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SPACES_VAR_DIR", str(tmp_path))
    with Supervisor(_silent) as supervisor:
        supervisor.start("redis", ["sleep", "60"], {})
        supervisor.start("livekit", ["sh", "-c", "exit 7"], {}, critical=False)
        supervisor.wait_until(lambda: supervisor.children[1].ended.is_set(), "livekit has ended", 30)
        supervisor.start("worker", ["sh", "-c", "kill -9 $$"], {})
        child, code = supervisor.watch()
    assert (child.name, code) == ("worker", 128 + signal.SIGKILL)
    assert "livekit stopped (exit 7): Spaces goes on without it" in capsys.readouterr().out


def test_waiting_ends_when_a_program_dies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SPACES_VAR_DIR", str(tmp_path))
    with Supervisor(_silent) as supervisor:
        supervisor.start("redis", ["sh", "-c", "exit 1"], {})
        with pytest.raises(StackError, match="redis ended before Redis answers"):
            supervisor.wait_until(lambda: False, "Redis answers", 60)
