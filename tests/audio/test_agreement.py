"""With the real worker and beat, and not one webhook, the database and LiveKit agree within 10 seconds."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from rooms.audio import sfu
from rooms.models import Space
from tests.plugins.service import Service, wait_until
from tests.plugins.services import FOLDER

pytestmark = [pytest.mark.livekit, pytest.mark.slow, pytest.mark.postgres]

SECONDS = 10


@pytest.fixture
def beat(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A worker for live rooms with beat inside, on the database of the tests, that has begun its rounds."""
    database = connection.settings_dict
    where = f"{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}"
    service = Service("worker", FOLDER)
    celery = [sys.executable, "-m", "celery", "-A", "spaces_project", "worker", "-B", "-Q", "live"]
    celery += ["--concurrency", "1"]
    quiet = ["--loglevel", "INFO", "--without-gossip", "--without-mingle"]
    sfu.create_room("before")
    service.start(
        [*celery, *quiet, "--schedule", str(tmp_path / "schedule")],
        lambda: "before" not in sfu.room_names(),
        env={"DATABASE_URL": f"postgres://{where}/{database['NAME']}"},
    )
    yield
    service.stop()


def test_all_is_put_right_in_time(
    space, start_space, host, cohost, outsider, enter, person, handmade, at, beat
):
    """Rights that nobody asked for, a stranger, a room that was lost and one that was left over: all at once."""
    lost = start_space(cohost)
    sfu.delete_room(lost.audio_room)
    sfu.create_room("left-over")
    enter(space, host)
    stranger = person().connect(handmade(space.audio_room, str(outsider.pk), can_publish=True))
    begun = time.monotonic()

    def all_right() -> bool:
        found = sfu.participant(space.audio_room, str(host.pk))
        names = sfu.room_names()
        return bool(
            found
            and found.may_publish
            and not found.hidden
            and stranger.is_out()
            and lost.audio_room in names
            and "left-over" not in names
        )

    assert not all_right()
    wait_until(all_right, "LiveKit is as the database says", SECONDS)
    assert time.monotonic() - begun < SECONDS

    # And the other way: the Space ends without LiveKit being told.
    Space.objects.filter(pk=space.pk).update(state="ended", ended_at=at(1), end_reason="host")
    wait_until(lambda: space.audio_room not in sfu.room_names(), "the room is gone", SECONDS)
