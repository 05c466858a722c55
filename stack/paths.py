"""Where things are: the work tree, its private folder and the cache shared by all work trees of this user."""

import os
import platform
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
FRONTEND = ROOT / "frontend"


def var_dir() -> Path:
    """Return the folder of private data (database, media, logs, generated configuration), made if need be."""
    path = Path(os.environ.get("SPACES_VAR_DIR") or ROOT / "var").absolute()
    path.mkdir(parents=True, exist_ok=True)
    return path


def log_dir() -> Path:
    """Return the folder of log files inside `var_dir()`, made if need be."""
    path = var_dir() / "log"
    path.mkdir(exist_ok=True)
    return path


def cache_dir() -> Path:
    """Return the folder of downloaded and built programs, made if need be."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    path = Path(base).absolute() / "spaces"
    path.mkdir(parents=True, exist_ok=True)
    return path


def machine() -> str:
    """Return a name for this kind of machine, e.g. `linux-x86_64`: a home folder may be shared between several."""
    return f"{sys.platform}-{platform.machine().lower()}"


def venv_bin(name: str) -> str:
    """Return the path of program `name` in the project's virtual environment."""
    return str(VENV / "bin" / name)
