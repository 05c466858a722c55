"""What the tests of recordings share: time, frames and commits as in those of Spaces, and a storage of their own."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages

from accounts.models import User
from recordings.models import Recording
from tests.recordings.making import Part, ready_recording, spoken
from tests.rooms.conftest import at, committed, join, no_audio, now, sent, space

__all__ = ["at", "committed", "join", "no_audio", "now", "sent", "space"]


@pytest.fixture(autouse=True)
def recordings_folder(tmp_path: Path, settings: Any) -> Path:
    """A storage of recordings, and a spool, that nobody else writes to. Gives the folder of both."""
    backend = settings.STORAGES["recordings"]
    folder = {"BACKEND": backend["BACKEND"], "OPTIONS": backend["OPTIONS"] | {"location": tmp_path / "kept"}}
    settings.STORAGES = settings.STORAGES | {"recordings": folder}
    settings.RECORDINGS_SPOOL_DIR = tmp_path / "spool"
    return tmp_path


@pytest.fixture
def kept() -> Callable[[], list[str]]:
    """`kept()` lists all files and folders in the storage of recordings."""

    def listing(folder: str = "") -> list[str]:
        storage = storages["recordings"]
        if folder and not storage.exists(folder):
            return []
        try:
            folders, files = storage.listdir(folder)
        except FileNotFoundError:
            return []
        here = [f"{folder}/{name}".lstrip("/") for name in [*folders, *files]]
        return sorted(
            [*here, *(name for inner in folders for name in listing(f"{folder}/{inner}".lstrip("/")))]
        )

    return listing


@pytest.fixture
def recording(host: User, speaker: User, now: datetime) -> Recording:
    """A Space that is over, of which a replay can be heard: the host speaks, then a speaker."""
    parts = [Part(host, 1_000, spoken("maya")), Part(speaker, 4_000, spoken("sam"))]
    return ready_recording(host=host, parts=parts, ended_at=now - timedelta(hours=1))
