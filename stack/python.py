"""The virtual environment and the pinned packages in it."""

import subprocess
import sys

from stack import paths
from stack.say import PartMissing, step
from stack.shell import logged
from stack.stamps import Stamp

_PREFIX = ".stamp-"
_HINT = "The Python packages could not be installed: check the network (or PIP_INDEX_URL) and run the command again"


def ensure_venv() -> None:
    """Make `.venv` if it is missing or its Python is gone. Raises PartMissing when Python has no `venv`."""
    python = paths.VENV / "bin" / "python"
    if (
        python.exists()
        and subprocess.run([python, "-m", "pip", "--version"], capture_output=True).returncode == 0
    ):
        return
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        raise PartMissing(
            "This Python has no venv module: install it first (Debian and Ubuntu: apt-get install python3-venv)."
        ) from error
    with step("Making the virtual environment .venv"):
        logged(
            [sys.executable, "-m", "venv", "--clear", str(paths.VENV)],
            log="setup",
            hint="No .venv could be made",
        )


def ensure_packages(*, dev: bool) -> None:
    """Install what `requirements.txt` pins (with `dev`, what `requirements-dev.txt` does, which holds both)."""
    runtime, everything = (_stamp(name) for name in ("requirements.txt", "requirements-dev.txt"))
    wanted = everything if dev else runtime
    if wanted.fresh() and (paths.VENV / "bin" / "python").exists():
        return
    ensure_venv()
    name = wanted.file.name.removeprefix(_PREFIX)
    with step(f"Installing the Python packages of {name} (about {60 if dev else 30} s, once)"):
        command = [
            paths.venv_bin("python"),
            "-m",
            "pip",
            "install",
            "--disable-pip-version-check",
            "--no-input",
        ]
        logged([*command, "-r", str(paths.ROOT / name)], log="pip", hint=_HINT)
    runtime.write()
    if dev:
        everything.write()


def _stamp(requirements: str) -> Stamp:
    return Stamp(paths.VENV / f"{_PREFIX}{requirements}", [paths.ROOT / requirements])
