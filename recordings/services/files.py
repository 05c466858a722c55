"""Files in the storage of recordings: in, and out of it for good.

Names hold a random part, so that nobody guesses one; who may hear what is in them is asked of the rows that name them.
"""

import logging
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO
from uuid import UUID

from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import transaction

from recordings.models import DoomedFile
from spaces_project.lib.tasks import enqueue_on_commit

logger = logging.getLogger(__name__)

_AT_ONCE = 200
_RESERVED = timedelta(hours=1)


class _Movable(File):
    """A file that a FileSystemStorage may rename instead of reading it."""

    def __init__(self, opened: IO[bytes], path: Path) -> None:
        super().__init__(opened)
        self._path = path

    def temporary_file_path(self) -> str:
        """Where it is."""
        return str(self._path)


def recordings_storage() -> Storage:
    """Where tracks, mixes and clips are kept (`STORAGES["recordings"]`)."""
    return storages["recordings"]


def new_name(space_id: UUID, kind: str, extension: str) -> str:
    """A name for a new file of a Space: `new_name(space.pk, "track", "ogg")`."""
    return f"{space_id.hex}/{kind}-{secrets.token_urlsafe(18)}.{extension}"


def file_keep(local: Path, name: str) -> str:
    """Copy `local` into the storage; returns the name it has there. Raises OSError, and what the storage raises."""
    with local.open("rb") as opened:
        return recordings_storage().save(name, File(opened))


def file_move(local: Path, name: str) -> None:
    """As `file_keep`, and `local` is gone: on one disk it is renamed, which needs no room. Raises OSError, and what the storage
    raises: `local` stays then."""
    with local.open("rb") as opened:
        recordings_storage().save(name, _Movable(opened, local))
    local.unlink(missing_ok=True)


def file_reserve(name: str, *, now: datetime) -> None:
    """Name a file that is about to be kept: unless it is settled within the hour, whatever was written of it is deleted."""
    DoomedFile.objects.create(name=name, doomed_at=now + _RESERVED)


def file_settle(name: str) -> None:
    """A reserved file is there, and stays: in the transaction that writes its name into a row."""
    DoomedFile.objects.filter(name=name).delete()


def file_open(name: str) -> IO[bytes]:
    """A file of the storage, to be read. Raises FileNotFoundError."""
    return recordings_storage().open(name, "rb")


def files_doom(names: Iterable[str], *, now: datetime) -> None:
    """Delete these files once the transaction is committed, and again and again until it succeeds. "" is none."""
    if doomed := [DoomedFile(name=name, doomed_at=now) for name in names if name]:
        DoomedFile.objects.bulk_create(doomed)
        enqueue_on_commit("recordings.tasks.files_delete")


def files_delete(*, now: datetime) -> int:
    """Delete what is doomed. Returns how many files are gone; what cannot be deleted now is left for the next time."""
    storage, gone = recordings_storage(), []
    for doomed in DoomedFile.objects.filter(doomed_at__lte=now).order_by("doomed_at", "pk")[:_AT_ONCE]:
        try:
            storage.delete(doomed.name)
        except Exception:
            logger.exception("Could not delete %s", doomed.name)
            continue
        gone.append(doomed)
    for folder in {doomed.name.rpartition("/")[0] for doomed in gone} - {""}:
        _tidy(storage, folder)
    with transaction.atomic():
        DoomedFile.objects.filter(pk__in=[doomed.pk for doomed in gone]).delete()
    return len(gone)


def _tidy(storage: Storage, folder: str) -> None:
    """A Space of which no file is left leaves no folder, either."""
    try:
        storage.delete(folder)
    except OSError:
        # There is another file in it.
        return
