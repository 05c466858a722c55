"""A PostgreSQL cluster with a migrated database in it, kept in the cache between runs.

Migrating takes longer than most runs of a test file. The cluster is made once for the migrations, packages and programs that
there are, and copied for each run, whose databases are made from its template: `migrate` finds nothing to do in them.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from stack import paths, postgres
from stack.shell import only_one
from stack.stamps import digest

TEMPLATE = "spaces_migrated"
_PREFIX = "tests-postgres-"
_KEPT = 4

# Starts a cluster; returns what stops it.
Start = Callable[[postgres.Cluster], Callable[[], None]]


def provide(into: Path, port: int, start: Start) -> None:
    """Put the data of a cluster with the template into `into`, a new folder as `postgres.create` wants it."""
    cached = paths.cache_dir() / f"{_PREFIX}{_key()}"
    with only_one("tests-postgres"):
        if not cached.is_dir():
            _make(cached, into.parent / "template", port, start)
        os.utime(cached)
        subprocess.run(["cp", "-Rp", cached, into / "data"], check=True)
        _forget_old()


def _key() -> str:
    """What the template depends on."""
    code = sorted(paths.ROOT.glob("*/migrations/*.py"))
    packages = paths.ROOT / "requirements.txt"
    return digest([*code, packages, str(postgres.ensure_postgres()), str(os.geteuid())])[:16]


def _make(cached: Path, folder: Path, port: int, start: Start) -> None:
    folder.mkdir()
    cluster = postgres.create(folder, port)
    stop = start(cluster)
    try:
        url = cluster.url.replace("postgres://", "postgresql://")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {TEMPLATE}")
        env = {**os.environ, "DATABASE_URL": cluster.url.rpartition("/")[0] + f"/{TEMPLATE}"}
        command = [sys.executable, "manage.py", "migrate", "--no-input", "--verbosity", "0"]
        done = subprocess.run(command, cwd=paths.ROOT, env=env, capture_output=True, text=True)
        if done.returncode:
            pytest.fail(f"The database of the tests could not be migrated:\n{done.stderr}", pytrace=False)
    finally:
        stop()
    part = cached.with_name(f"{cached.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    subprocess.run(["cp", "-Rp", folder / "data", part], check=True)
    shutil.rmtree(folder)
    part.rename(cached)


def _forget_old() -> None:
    """Only the last used ones are kept."""
    found = sorted(paths.cache_dir().glob(f"{_PREFIX}*"), key=lambda folder: folder.stat().st_mtime)
    for folder in [one for one in found if one.is_dir()][:-_KEPT]:
        shutil.rmtree(folder, ignore_errors=True)
