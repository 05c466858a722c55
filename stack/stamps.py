"""Stamps: a step is skipped while the files it depends on are what they were when it last succeeded."""

import hashlib
from collections.abc import Iterable
from pathlib import Path


def digest(inputs: Iterable[Path | str]) -> str:
    """Return a SHA-256 (hex) over `inputs`: a string counts as itself, a file by its content, a folder by its files.

    Hidden files and compiled Python are left out of folders. A path that does not exist counts as absent.
    """
    sha = hashlib.sha256()
    for item in inputs:
        if isinstance(item, str):
            sha.update(f"text {len(item)} {item}\n".encode())
            continue
        for path in _files(item):
            name = path.relative_to(item.parent).as_posix()
            content = path.read_bytes()
            sha.update(f"file {name} {len(content)}\n".encode() + content)
    return sha.hexdigest()


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    found = (file for file in path.rglob("*") if file.is_file() and file.suffix != ".pyc")
    return sorted(file for file in found if not any(p.startswith(".") for p in file.relative_to(path).parts))


class Stamp:
    """A file that holds the digest of the inputs of a step that succeeded."""

    def __init__(self, file: Path, inputs: Iterable[Path | str]) -> None:
        self.file = file
        self.wanted = digest(inputs)

    def fresh(self) -> bool:
        """Tell whether the step succeeded before with these very inputs."""
        return self.file.is_file() and self.file.read_text() == self.wanted

    def write(self) -> None:
        """Note that the step has succeeded."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(self.wanted)
