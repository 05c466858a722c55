"""The file itself: a zip with a JSON for each part, the person's files, and a page of text that says what is what."""

import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.core.files.storage import storages
from django.template.loader import render_to_string

from accounts.models import User
from own_data.registry import REGISTRY
from own_data.services.rows import areas, rows_of
from spaces_project.lib.languages import written_for

# Sound and pictures are compressed already.
_STORED = zipfile.ZIP_STORED


def archive_write(user: User, file: Path, *, now: datetime, progress: Callable[[int], None]) -> None:
    """Write all that is kept about `user` to `file`. `progress` is told the percent done, after each part and each file of
    theirs; what it raises ends it."""
    parts = areas()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        with written_for(user):
            words = {"user": user, "now": now, "areas": list(parts)}
            text = render_to_string("own_data/export_readme.txt", words)
        archive.writestr("README.txt", text)
        for number, (area, labels) in enumerate(parts.items()):
            percent = 100 * number // len(parts)
            progress(percent)
            files = _write_part(archive, user, area, labels)
            for storage, name, inside in files:
                progress(percent)
                _put(archive, storage, name, inside)


def _write_part(
    archive: zipfile.ZipFile, user: User, area: str, labels: list[str]
) -> list[tuple[str, str, str]]:
    """Write the rows of one part, one after the other; returns the files that they name: storage, name, name in the zip."""
    files = []
    with archive.open(f"{area}.json", "w", force_zip64=True) as out:
        out.write(b"[")
        separator = b"\n"
        for label in labels:
            takes = REGISTRY[label].takes
            named = takes.files if takes is not None else {}
            for row, data in rows_of(user, label):
                for column, storage in named.items():
                    name = str(getattr(row, column) or "")
                    data[column] = _inside(area, data["id"], column, name) if name else ""
                    if name:
                        files.append((storage, name, data[column]))
                out.write(separator + json.dumps(data, ensure_ascii=False).encode())
                separator = b",\n"
        out.write(b"\n]\n")
    return files


def _inside(area: str, key: object, column: str, name: str) -> str:
    """The file's name in the zip: that of the storage says nothing to anybody."""
    return f"files/{area}-{key}-{column}{PurePosixPath(name).suffix}"


def _put(archive: zipfile.ZipFile, storage: str, name: str, inside: str) -> None:
    """Copy a file into the zip; one that was deleted meanwhile is left out."""
    try:
        opened = storages[storage].open(name, "rb")
    except FileNotFoundError:
        return
    info = zipfile.ZipInfo(inside)
    info.compress_type = _STORED
    with opened, archive.open(info, "w", force_zip64=True) as out:
        shutil.copyfileobj(opened, out, 256 * 1024)
