"""PostgreSQL and Redis of a benchmark's own, with an empty, migrated database: gone when it ends.

The database is as in the tests: it does not wait for the disk, which favours whoever commits often. `DATABASE_URL` and
`REDIS_URL` name other servers, whose data it overwrites.
"""

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from stack import paths, postgres, redis
from stack.ports import free_port
from stack.processes import guarded, listens

_START_SECONDS = 60.0


@contextlib.contextmanager
def ground() -> Iterator[None]:
    """Set the environment up, and Django with it; end what was started."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="spaces-benchmark-")))
        folder.chmod(0o711)
        os.environ.update(LIVEKIT_URL="", SPACES_VAR_DIR=str(folder / "var"), LOG_LEVEL="WARNING")
        # Everybody comes from one address here.
        os.environ["SPACES_LIMITS_ADDRESS_FACTOR"] = "10000"
        # With DEBUG Django remembers every query; the settings' own checks of frames would cost as well.
        os.environ.update(DEBUG="0", SECRET_KEY="benchmark-" * 6, ALLOWED_HOSTS="127.0.0.1")
        if "REDIS_URL" not in os.environ:
            port = free_port()
            _start(stack, folder, redis.command(redis.ensure_redis(), port, folder / "redis"), port)
            os.environ["REDIS_URL"] = f"redis://127.0.0.1:{port}/0"
        if "DATABASE_URL" not in os.environ:
            port = free_port()
            (folder / "postgres").mkdir()
            cluster = postgres.create(folder / "postgres", port)
            _start(stack, folder, cluster.command, port, uid=cluster.uid)
            os.environ["DATABASE_URL"] = cluster.url
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "spaces_project.settings")
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield


def _start(
    stack: contextlib.ExitStack, folder: Path, command: list[str], port: int, uid: int | None = None
) -> None:
    log = stack.enter_context((folder / f"{port}.log").open("wb"))
    process = subprocess.Popen(
        guarded(command, stop_signal="TERM", grace=10, uid=uid),
        cwd=paths.ROOT,
        stdin=subprocess.PIPE,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )

    def stop() -> None:
        if process.stdin:
            process.stdin.close()
        process.wait()

    stack.callback(stop)
    end = time.monotonic() + _START_SECONDS
    while not listens(port):
        if time.monotonic() > end or process.poll() is not None:
            raise SystemExit(f"{command[0]} does not start:\n{(folder / f'{port}.log').read_text()[-2000:]}")
        time.sleep(0.05)
