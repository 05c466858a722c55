"""`make run`: everything Spaces needs, got, started, watched and stopped together."""

import os
import signal
from datetime import datetime
from pathlib import Path
from types import FrameType

from stack import config, livekit, node, paths, python, redis, words
from stack.config import Config, Running
from stack.processes import READY_SECONDS, Supervisor, answers, listens
from stack.say import StackError, line, step
from stack.shell import logged
from stack.stamps import Stamp


def run() -> int:
    """Start the product and return the exit status when it has ended: 0 when asked to, 1 when a program died."""
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, _interrupt)
    config.load_dotenv()
    settings = Config.read(os.environ)
    settings.check_ports()
    try:
        return _start(settings)
    except KeyboardInterrupt:
        line("Spaces has stopped.")
        return 0
    finally:
        Running.remove()


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _start(settings: Config) -> int:
    python.ensure_packages(dev=False)
    words.ensure_words()
    node.ensure_bundle()
    redis_server = redis.ensure_redis() if settings.own_redis else None
    audio_server = _audio_server(settings)
    audio = audio_server is not None or not settings.own_livekit
    environment = settings.environment(os.environ, audio=audio)
    # Getting the parts may have taken minutes.
    settings.check_ports()
    with Supervisor() as supervisor:
        if redis_server:
            command = redis.command(redis_server, settings.redis, paths.var_dir() / "redis")
            supervisor.start("redis", command, {})
            supervisor.wait_until(lambda: listens(settings.redis), "Redis answers", READY_SECONDS)
        if settings.own_stripe:
            # Before the demo data, which has creators with accounts.
            stripe = settings.stripe_stand_in()
            supervisor.start(
                "stripe", stripe.command, {**environment, **stripe.own_environment}, critical=False
            )
            supervisor.wait_until(
                lambda: listens(settings.stripe), "Stripe's stand-in answers", READY_SECONDS
            )
        prepare_database(environment)
        if audio_server:
            file = paths.var_dir() / "livekit.yaml"
            settings.audio_server().write_config(file)
            supervisor.start("livekit", [audio_server, "--config", str(file)], {}, critical=False)
        _start_product(supervisor, settings, environment)
        Running.write(environment)
        line(f"Spaces is ready: {settings.site_url}/{_who_may_sign_in()}")
        child, code = supervisor.watch()
        line(f"{child.name} ended by itself (exit {code}), so Spaces stops. Its output: {child.log}")
    return 1


def _audio_server(settings: Config) -> str | None:
    """Return the path of livekit-server; None, after one clear line, when it cannot be had or is not wanted."""
    if not settings.own_livekit:
        return None
    try:
        return livekit.ensure_livekit()
    except StackError as error:
        line(f"Spaces starts without sound: {error}")
        return None


def prepare_database(environment: dict[str, str]) -> None:
    """Migrate the database and put the demo data in, when migrations, demo or day have changed since last time."""
    url = environment.get("DATABASE_URL") or os.environ.get("DATABASE_URL") or ""
    file = paths.var_dir() / "spaces.sqlite3"
    # Made anew, the file has another number, so that it is migrated again.
    database = url or f"{file} {file.stat().st_ino if file.exists() else 'missing'}"
    code = [path for app in sorted(paths.ROOT.glob("*/migrations")) for path in sorted(app.glob("*.py"))]
    migrate = Stamp(paths.var_dir() / "stamps" / "migrate", [database, *code])
    if not migrate.fresh():
        with step("Preparing the database"):
            _manage(
                ["migrate", "--no-input"],
                environment,
                "The database could not be migrated: see the lines above",
            )
        if not url:
            database = f"{file} {file.stat().st_ino}"
        migrate = Stamp(migrate.file, [database, *code])
        migrate.write()
    demo = sorted(paths.ROOT.glob("*/management/commands/seed_demo.py")) + sorted(paths.ROOT.glob("*/demo*"))
    today = datetime.now().astimezone().date().isoformat()
    seed = Stamp(paths.var_dir() / "stamps" / "seed", [database, today, *demo, *code])
    if any(path.suffix for path in demo) and not seed.fresh():
        with step("Putting the demo people and Spaces in"):
            _manage(["seed_demo"], environment, "The demo data could not be written: see the lines above")
        seed.write()


def _manage(arguments: list[str], environment: dict[str, str], hint: str) -> None:
    logged([paths.venv_bin("python"), "manage.py", *arguments], log="manage", hint=hint, env=environment)


def _start_product(supervisor: Supervisor, settings: Config, environment: dict[str, str]) -> None:
    """Start web, then workers, beat and the workers in rooms, and return when the site answers."""
    run = [paths.venv_bin("python"), "-m"]
    web = [*run, "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(settings.web)]
    # Its own line about each request has the path, which may hold a secret: ours has none.
    supervisor.start("web", [*web, "spaces_project.asgi:application"], environment)
    # The others load the same code: they come after, so that the first page does not wait for their share of the cores.
    supervisor.wait_until(lambda: answers(f"{settings.site_url}/"), "the site answers", READY_SECONDS)
    celery = [*run, "celery", "--quiet", "-A", "spaces_project"]
    worker = [*celery, "worker", "--without-gossip", "--without-mingle", "--concurrency"]
    supervisor.start("worker", [*worker, "2", "-n", "all@%h"], environment)
    supervisor.start("worker-live", [*worker, "1", "-n", "live@%h", "-Q", "live"], environment)
    schedule = ["--schedule", str(paths.var_dir() / "celerybeat-schedule"), "--pidfile", ""]
    supervisor.start("beat", [*celery, "beat", *schedule], environment)
    if settings.agents and environment.get("LIVEKIT_URL", settings.livekit_url):
        # Without them the site works: nothing is written along or recorded, and pages say so.
        supervisor.start("agents", [*run, "recordings.agents"], environment, critical=False)


def _who_may_sign_in() -> str:
    """Return what `seed_demo` left in `var/demo.txt`: how to sign in, for the line that says that Spaces is ready."""
    note = Path(paths.var_dir() / "demo.txt")
    return f"  (sign in as {note.read_text().strip()})" if note.is_file() else ""
