"""`make test`, `make check` and what they need."""

import os
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from stack import chromium, livekit, node, paths, postgres, python, redis, stripe_mock, words
from stack.say import line

_SCHEMA = paths.ROOT / "docs" / "openapi.yaml"
_CODES = paths.ROOT / "docs" / "codes.md"
_UNITS = "not e2e and not livekit and not slow"
# These hear sound, or start the product, and wait for most of their time: two at once, each with an audio server and a product
# of its own, and no more, since what they await has to come in seconds.
_SOUND = "not e2e and (livekit or slow)"
_FILES_IN_TWO = ["-n", "2", "--dist", "loadfile"]
_SQLITE_UNITS = f"not postgres and {_UNITS}"
_WORKERS_MAX = 4
# What is the same on any database has been run on PostgreSQL; these walk all pages for what is no matter of the database.
_SQLITE_PARTS = [
    "tests",
    "--ignore=tests/stack",
    "--ignore=tests/frontend",
    "--ignore=tests/pages/test_policy.py",
    "--ignore=tests/rooms/test_block_matrix.py",
]


def setup() -> int:
    """Get everything `make run` and `make test` need."""
    python.ensure_packages(dev=True)
    words.ensure_words()
    node.ensure_bundle()
    livekit.ensure_livekit()
    redis.ensure_redis()
    stripe_mock.ensure_stripe_mock()
    if not (os.environ.get("TEST_DATABASE_URL") or os.environ.get("DATABASE_URL")):
        postgres.ensure_postgres()
    chromium.ensure_chromium()
    line("Everything is there.")
    return 0


def _pytest(*arguments: str, env: dict[str, str] | None = None) -> int:
    command = [paths.venv_bin("python"), "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=paths.ROOT, env={**os.environ, **(env or {})}).returncode


def test(*arguments: str) -> int:
    """Run all tests (units on PostgreSQL, then end to end), or those that `arguments` of pytest name."""
    setup()
    if arguments:
        return _pytest(*arguments)
    code = _pytest("-m", _UNITS, *_workers(), "tests")
    code = _pytest("-m", _SOUND, *_FILES_IN_TWO, "tests") or code
    # Apart, since the browser's driver keeps an event loop running in the thread of the tests.
    return _pytest("-m", "e2e", *_FILES_IN_TWO, "tests") or code


def _workers() -> list[str]:
    # One more than cores: tests wait for servers now and then.
    return ["-n", str(min((os.cpu_count() or 1) + 1, _WORKERS_MAX))]


def test_sqlite(*arguments: str) -> int:
    """Run the unit tests on SQLite, the database of `make run`."""
    python.ensure_packages(dev=True)
    with tempfile.TemporaryDirectory(prefix="spaces-sqlite-") as folder:
        env = {"TEST_DATABASE_URL": f"sqlite:///{folder}/tests.sqlite3"}
        return _pytest("-m", _SQLITE_UNITS, *(arguments or [*_workers(), *_SQLITE_PARTS]), env=env)


def _tool(*command: str) -> int:
    return subprocess.run(
        [paths.venv_bin(command[0]), *command[1:]], cwd=paths.ROOT, env=tool_environment()
    ).returncode


def tool_environment() -> dict[str, str]:
    """Return an environment in which Django's settings load without any server: for the tools that read the code."""
    return {**os.environ, "DEBUG": "1", "DATABASE_URL": "sqlite://:memory:", "LIVEKIT_URL": ""}


def _manage(*arguments: str) -> int:
    return _tool("python", "manage.py", *arguments)


def schema_written(file: Path = _SCHEMA, codes: Path = _CODES) -> int:
    """Write the OpenAPI description of the API into `file`, and its table of codes into `codes`; return the exit status."""
    return _manage("spectacular", "--validate", "--fail-on-warn", "--file", str(file)) or _manage(
        "api_codes", str(file), "--file", str(codes)
    )


def _schema_current() -> int:
    """Check that `docs/openapi.yaml` and `docs/codes.md` are what the code says."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = {kept: Path(folder) / kept.name for kept in (_SCHEMA, _CODES)}
        if code := schema_written(*fresh.values()):
            return code
        old = [
            kept.name
            for kept, new in fresh.items()
            if not kept.is_file() or kept.read_text() != new.read_text()
        ]
    if old:
        line(f"docs/{' and docs/'.join(old)}: not what the code says. Run `make schema` and commit it.")
    return 1 if old else 0


def _packages() -> list[str]:
    """Return the folders of our Python packages (tests are not typed strictly, so they are left out)."""
    found = sorted(file.parent.name for file in paths.ROOT.glob("*/__init__.py"))
    return [name for name in found if name != "tests"]


def _frontend(script: str) -> int:
    return node.run_script(script) if (paths.FRONTEND / "package.json").is_file() else 0


def lint_steps() -> Sequence[tuple[str, Callable[[], int]]]:
    """Return the checks that run no test, each with its name."""
    return (
        ("ruff format", lambda: _tool("ruff", "format", "--check", "--quiet", ".")),
        ("ruff check", lambda: _tool("ruff", "check", "--quiet", ".")),
        ("mypy", lambda: _tool("mypy", *_packages(), "examples")),
        ("import-linter", lambda: _tool("lint-imports", "--no-logo")),
        ("djlint", lambda: _tool("djlint", "templates", "--lint")),
        ("tsc", lambda: _frontend("check")),
        ("migrations", lambda: _manage("makemigrations", "--check", "--dry-run")),
        ("OpenAPI", _schema_current),
        ("languages", words.check),
    )


def lint() -> int:
    """Run every check that runs no test, all of them even when one fails; return 0 when all pass."""
    python.ensure_packages(dev=True)
    failed = []
    for name, check in lint_steps():
        line(f"== {name}")
        if check():
            failed.append(name)
    if failed:
        line(f"These checks failed: {', '.join(failed)}")
    return 1 if failed else 0


def check() -> int:
    """Run everything CI runs: the checks, then the tests on PostgreSQL, end to end, and on SQLite."""
    code = lint()
    return test() or test_sqlite() or code


def format_all() -> int:
    """Bring Python into shape. Templates stay as they are: djlint joins conditional attributes to endless lines."""
    python.ensure_packages(dev=True)
    _tool("ruff", "check", "--fix-only", "--quiet", ".")
    return _tool("ruff", "format", ".")


def schema() -> int:
    """Write docs/openapi.yaml."""
    python.ensure_packages(dev=True)
    return schema_written()


def benchmarks(*arguments: str) -> int:
    """Run the benchmark that the first of `arguments` names, with the rest of them."""
    setup()
    return subprocess.run(
        [paths.venv_bin("python"), "-m", "benchmarks", *arguments], cwd=paths.ROOT
    ).returncode


def lock() -> int:
    """Pin the newest versions that `requirements*.in` allow, for every Python version and system we run on."""
    python.ensure_packages(dev=True)
    for name in ("requirements", "requirements-dev"):
        command = ["pip", "compile", "--universal", "--python-version", "3.11", "--no-header", "--quiet"]
        command += [
            "--no-emit-index-url",
            "--no-emit-find-links",
            f"{name}.in",
            "--output-file",
            f"{name}.txt",
        ]
        code = _tool("uv", *command)
        if code:
            return code
    return 0
