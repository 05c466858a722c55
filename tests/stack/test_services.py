"""The services of a test run end with it, however it ends."""

import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.plugins.service import wait_until
from tests.stack.conftest import Started, alive

_HANGS = """
import signal
from django.db import connection
import pytest
from tests.plugins.services import FOLDER

@pytest.mark.django_db
def test_hangs(livekit_server):
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    print(f"hangs in {FOLDER} now", flush=True)
    signal.pause()
"""


@pytest.mark.slow
@pytest.mark.livekit
@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nothing_outlives_pytest(start: Callable[..., Started], tmp_path: Path, signum: int) -> None:
    file = tmp_path / "test_hangs.py"
    file.write_text(_HANGS)
    # The addresses of this run's services are not for that one, which runs beside it with its own.
    own = {"DATABASE_URL": "", "TEST_DATABASE_URL": "", "TEST_REDIS_URL": ""}
    run = start(
        [sys.executable, "-m", "pytest", "-c", "pyproject.toml", "--rootdir", ".", "-s", str(file)], **own
    )
    run.wait_for(" now", 100)
    folder = Path(run.output().partition("hangs in ")[2].partition(" now")[0])
    assert folder.is_dir()
    family = run.family()
    assert len(family) > 6
    run.process.send_signal(signum)
    run.process.wait(timeout=60)
    wait_until(lambda: not alive(family), "all processes are gone", 30)
    if signum != signal.SIGKILL:
        assert not folder.exists()


def test_missing_part_is_one_clear_line(start: Callable[..., Started], tmp_path: Path) -> None:
    file = tmp_path / "test_asks.py"
    file.write_text("def test_asks(livekit_server):\n    raise AssertionError('not reached')\n")
    own = {"LIVEKIT_SERVER": "/nowhere/livekit-server"}
    run = start([sys.executable, "-m", "pytest", "-c", "pyproject.toml", "--rootdir", ".", str(file)], **own)
    assert run.process.wait(timeout=100) == 1
    assert "LIVEKIT_SERVER names /nowhere/livekit-server, which is not a program" in run.output()
    assert "Traceback" not in run.output()
    assert "1 failed" not in run.output()
