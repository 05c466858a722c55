"""What the tests run against: real Redis, PostgreSQL, LiveKit, the whole product, Chromium, and the stand-in for Stripe.

Loaded first (`-p tests.plugins.services`), since the environment it sets is what the settings read. Everything runs on
free ports of loopback with its data in a temporary folder, so that runs side by side do not meet, and under a guard
(stack/guard.py), so that nothing outlives pytest, however pytest ends. LiveKit, the product and Chromium are got and
started only for tests that ask for them.

With pytest-xdist each worker has a Redis of its own, and a database of its own in the PostgreSQL of the process that
started them, whose environment it inherits.

PostgreSQL starts from a migrated cluster in the cache (tests/plugins/migrated.py).

Settings: TEST_DATABASE_URL (or DATABASE_URL) and TEST_REDIS_URL name servers to be used instead of own ones.
"""

import contextlib
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from redis import Redis

from stack import chromium, livekit, node, paths, postgres, redis, stripe_mock, words
from stack.config import Running
from stack.livekit import AudioServer
from stack.ports import free_port
from stack.processes import listens
from stack.say import StackError
from stack.stripe import StandIn
from tests.plugins import migrated
from tests.plugins.service import Service
from tests.plugins.stripe import StripeServer

# Also where the environment asks for none: what is compiled anew in each process costs more than the tests.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

_PREFIX = "spaces-tests-"
_UNSET = [
    part
    for name in ("LIVEKIT_URL", "LIVEKIT_WS_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET", "STRIPE_API_KEY")
    for part in ("-u", name)
]


def _own_folder() -> Path:
    """Make this run's folder and hold its lock; folders of runs that were killed are removed."""
    base = Path(tempfile.gettempdir())
    for old in base.glob(f"{_PREFIX}*/lock"):
        with contextlib.suppress(OSError), old.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(old.parent, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    # Held, without a name, until this process ends.
    fcntl.flock(os.open(folder / "lock", os.O_CREAT | os.O_WRONLY), fcntl.LOCK_EX)
    # PostgreSQL may run as another account and has to get at its own folder inside.
    folder.chmod(0o711)
    return folder


class LiveKitServer:
    """The audio server of this run, at the address that the settings of the tests name."""

    def __init__(self, server: AudioServer, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._service = Service("livekit", folder)
        self.url, self.ws_url = server.url, server.ws_url
        self.key, self.secret = server.key, server.secret
        self.log = self._service.log

    def start(self, *, webhook_url: str = "") -> None:
        """Start it, if it does not run; it sends its webhooks to `webhook_url`, if there is one."""
        if self._service.running:
            return
        file = self._folder / "livekit.yaml"
        server = AudioServer(**{**vars(self._server), "webhook_url": webhook_url})
        server.write_config(file)
        command = [livekit.ensure_livekit(), "--config", str(file)]
        self._service.start(command, lambda: listens(self._server.port), stop_signal="KILL")

    def stop(self) -> None:
        """End it at once: rooms are lost, as when the machine fails."""
        self._service.stop()

    def restart(self, *, webhook_url: str = "") -> None:
        """End it and start it again, empty, perhaps with another address for webhooks."""
        self.stop()
        self.start(webhook_url=webhook_url)

    @contextlib.contextmanager
    def stopped(self) -> Iterator[None]:
        """Run a block without audio server."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def pause(self) -> None:
        """Freeze it: connections stay open and nothing is answered."""
        self._service.freeze()

    def resume(self) -> None:
        """Let it go on after `pause`."""
        self._service.thaw()

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Run a block while the audio server answers nothing."""
        self.pause()
        try:
            yield
        finally:
            self.resume()


class LiveStack:
    """The whole product in processes of its own, as `make run` starts it, with demo data, on SQLite."""

    def __init__(self, folder: Path) -> None:
        self.var_dir = folder / "live_stack"
        self.log_dir = self.var_dir / "log"
        self._service = Service("live_stack", folder)
        self.log = self._service.log
        web, redis_port, port, tcp, udp, stripe = (free_port() for _ in range(6))
        self.url = f"http://127.0.0.1:{web}"
        self._env = {
            "SPACES_VAR_DIR": str(self.var_dir),
            "PORT": str(web),
            "REDIS_PORT": str(redis_port),
            "LIVEKIT_PORT": str(port),
            "LIVEKIT_TCP_PORT": str(tcp),
            "LIVEKIT_UDP_PORT": str(udp),
            "STRIPE_PORT": str(stripe),
            "DATABASE_URL": f"sqlite:///{self.var_dir / 'spaces.sqlite3'}",
            "REDIS_URL": "",
            "SITE_URL": "",
            "ALLOWED_HOSTS": "",
            "SECRET_KEY": "",
            "DEBUG": "1",
            # Everybody comes from one address here.
            "SPACES_LIMITS_ADDRESS_FACTOR": "100",
            # The workers in rooms take a good part of a core while somebody speaks: `agents` starts them where they are tested.
            "AGENTS": "0",
            "PSEUDO_LANGUAGE": "1",
        }
        self.environment: dict[str, str] = {}

    def start(self) -> None:
        """Start it and return when the site answers; then `environment` is what its processes got."""
        self.var_dir.mkdir()
        note = self.var_dir / Running.file().name
        self._service.start(
            # Without the variables that name the audio server and the stand-in for Stripe of the unit tests.
            ["env", *_UNSET, sys.executable, "-m", "stack", "run"],
            note.is_file,
            grace=30,
            seconds=180,
            env=self._env,
        )
        self.environment = Running.read(note) or {}

    @contextlib.contextmanager
    def agents(self) -> Iterator[None]:
        """Run a block with workers in rooms, as `make run` starts them."""
        service = Service("live_stack-agents", FOLDER)
        log = self.log_dir / "agents.log"
        env = {**self._env, **self.environment, "LIVEKIT_LOG_LEVEL": "WARN"}
        command = [sys.executable, "-m", "recordings.agents"]
        service.start(command, lambda: self.has_agents(), env=env)
        try:
            yield
        finally:
            service.stop()
            shutil.copy(service.log, log)

    def has_agents(self) -> bool:
        """Tell whether workers are there to take jobs."""
        return bool(Redis.from_url(self.environment["REDIS_URL"]).exists("spaces:agents"))

    def stop(self) -> None:
        """End all its processes."""
        self._service.stop()

    def logs(self) -> dict[str, str]:
        """Return what each process has written so far, by its name: web, worker, beat, redis, stripe, livekit."""
        return {file.stem: file.read_text(errors="replace") for file in sorted(self.log_dir.glob("*.log"))}

    def process(self, file: str) -> int:
        """Return the number of the process that was started with `file` of its own folder (livekit.yaml)."""
        rows = subprocess.run(
            ["ps", "-wwAo", "pid=,args="], capture_output=True, text=True, check=True
        ).stdout
        found = [row for row in rows.splitlines() if row.endswith(f" {self.var_dir / file}")]
        # The guard, whose command line ends like that of its program, comes first.
        return int(found[-1].split()[0])

    def manage(self, *arguments: str) -> str:
        """Run a management command in its environment and return what it printed; fail when it fails."""
        command = [sys.executable, "manage.py", *arguments]
        # `environment` leaves out what is passed on as it is: the database.
        env = {**os.environ, **self._env, **self.environment}
        done = subprocess.run(command, cwd=paths.ROOT, env=env, capture_output=True, text=True, timeout=60)
        if done.returncode:
            pytest.fail(f"manage.py {' '.join(arguments)} failed:\n{done.stderr}", pytrace=False)
        return done.stdout


FOLDER = _own_folder()
_AUDIO = AudioServer(
    free_port(), free_port(), free_port(), "tests", "tests-only-secret-0123456789-0123456789"
)
_STRIPE = StandIn(free_port(), "sk_test_0fTheTests", "whsec_0fTheTests")
_REDIS_PORT, _POSTGRES_PORT = free_port(), free_port()
_REDIS_URL = os.environ.get("TEST_REDIS_URL")
_DATABASE_URL = os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL")
_services: list[Service] = []

if not _DATABASE_URL:
    os.environ["TEST_DATABASE_TEMPLATE"] = migrated.TEMPLATE
os.environ.update(
    DEBUG="1",
    SECRET_KEY="tests-only-secret-key-0123456789-0123456789-0123456789",
    SITE_URL="http://testserver",
    ALLOWED_HOSTS="testserver,127.0.0.1,localhost",
    PSEUDO_LANGUAGE="1",
    SPACES_VAR_DIR=str(FOLDER / "var"),
    REDIS_URL=_REDIS_URL or f"redis://127.0.0.1:{_REDIS_PORT}/0",
    DATABASE_URL=_DATABASE_URL or f"postgres://spaces@127.0.0.1:{_POSTGRES_PORT}/postgres",
    LIVEKIT_URL=_AUDIO.url,
    LIVEKIT_WS_URL=_AUDIO.ws_url,
    LIVEKIT_API_KEY=_AUDIO.key,
    LIVEKIT_API_SECRET=_AUDIO.secret,
    **_STRIPE.product_environment,
)


def _start_redis() -> None:
    service = Service("redis", FOLDER)
    _services.append(service)
    command = redis.command(redis.ensure_redis(), _REDIS_PORT, FOLDER / "redis")
    service.start(command, lambda: listens(_REDIS_PORT))


def _run_postgres(cluster: postgres.Cluster, *, stop_signal: str) -> Service:
    """Start a cluster and return when it answers."""
    import psycopg

    def answers() -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(cluster.url.replace("postgres://", "postgresql://"), connect_timeout=5).close()
            return True
        return False

    service = Service("postgres", FOLDER)
    _services.append(service)
    service.start(cluster.command, answers, stop_signal=stop_signal, uid=cluster.uid)
    return service


def _start_postgres() -> None:
    folder = FOLDER / "postgres"
    folder.mkdir()
    # INT: in order, its data is kept.
    migrated.provide(folder, _POSTGRES_PORT, lambda cluster: _run_postgres(cluster, stop_signal="INT").stop)
    # QUIT: at once, its data is thrown away.
    _run_postgres(postgres.create(folder, _POSTGRES_PORT), stop_signal="QUIT")


def _terminated(signum: int, frame: object) -> None:
    pytest.exit("ended by a signal", returncode=128 + signum)


@contextlib.contextmanager
def _clearly_missing() -> Iterator[None]:
    """End the run with one line when a part cannot be had or does not start."""
    try:
        yield
    except (StackError, pytest.fail.Exception) as error:
        pytest.exit(str(error), returncode=1)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start Redis and PostgreSQL, side by side."""
    signal.signal(signal.SIGTERM, _terminated)
    if session.config.option.collectonly:
        return
    wanted = ([] if _REDIS_URL else [_start_redis]) + ([] if _DATABASE_URL else [_start_postgres])
    with _clearly_missing(), ThreadPoolExecutor() as pool:
        words.ensure_words()
        for done in [pool.submit(start) for start in wanted]:
            done.result()


def pytest_collection_finish(session: pytest.Session) -> None:
    """Get the parts that the chosen tests ask for before the first one runs, so that no test's time limit holds it."""
    if session.config.option.collectonly:
        return
    used = {name for item in session.items for name in getattr(item, "fixturenames", ())}
    capture = session.config.pluginmanager.getplugin("capturemanager")
    with _clearly_missing(), capture.global_and_fixture_disabled():
        if used & {"livekit_server", "live_stack"}:
            livekit.ensure_livekit()
        if "stripe_mock_url" in used:
            stripe_mock.ensure_stripe_mock()
        if "live_stack" in used:
            node.ensure_bundle()
        if "chromium_path" in used:
            chromium.ensure_chromium()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what was started and remove its data."""
    while _services:
        _services.pop().stop()
    shutil.rmtree(FOLDER, ignore_errors=True)


@pytest.fixture(scope="session")
def livekit_server() -> Iterator[LiveKitServer]:
    """A real audio server on the address in settings; see LiveKitServer for what it can be made to do."""
    server = LiveKitServer(_AUDIO, FOLDER)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def stripe_service() -> Iterator[StripeServer]:
    """The stand-in for Stripe; tests ask for `stripe_server`, which begins with an empty one."""
    server = StripeServer(_STRIPE, FOLDER)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def stripe_server(stripe_service: StripeServer) -> StripeServer:
    """The stand-in for Stripe, empty and well; see StripeServer for what it can be made to do."""
    stripe_service.start()
    stripe_service.tell("reset")
    return stripe_service


@pytest.fixture(scope="session")
def stripe_mock_url() -> Iterator[str]:
    """The address of a stripe-mock, which refuses requests that Stripe's API does not know."""
    port = free_port()
    service = Service("stripe-mock", FOLDER)
    command = stripe_mock.command(stripe_mock.ensure_stripe_mock(), port, FOLDER)
    service.start(command, lambda: listens(port), stop_signal="KILL")
    yield f"http://127.0.0.1:{port}"
    service.stop()


@pytest.fixture(scope="session")
def live_stack() -> Iterator[LiveStack]:
    """The whole product with demo data in processes of its own; see LiveStack."""
    stack = LiveStack(FOLDER)
    try:
        stack.start()
        yield stack
    finally:
        stack.stop()


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The path of a Chromium, for Playwright's `executable_path`."""
    return chromium.ensure_chromium()
