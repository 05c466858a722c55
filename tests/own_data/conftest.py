"""What the tests of own data share: time, and storages that nobody else writes to."""

from pathlib import Path
from typing import Any

import pytest

from tests.recordings.conftest import recordings_folder
from tests.rooms.conftest import at, committed, no_audio, now

__all__ = ["at", "committed", "no_audio", "now", "recordings_folder"]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    """An empty folder for pictures."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT
