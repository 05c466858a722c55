"""Tracks: opened by a recorder, written in the spool (recordings.sound.writing), and handed over to the storage when closed.

What a killed recorder left in the spool is handed over by whoever looks there next: the recorder that follows it, or beat.
"""

import errno
import logging
import shutil
import time
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from recordings.models import Recording, RecordingTrack
from recordings.selectors.recordings import has_consented, offset_ms
from recordings.services.agents import locked_claim
from recordings.services.files import file_move, file_reserve, file_settle, files_doom, new_name
from recordings.sound.reading import duration_ms as duration_ms_of
from recordings.sound.writing import is_being_written
from rooms.models import Participation, Space

logger = logging.getLogger(__name__)

_PREFIX = "track-"
# What has been written to so lately is not looked at: its writer may just be coming, or closing it.
_QUIET_SECONDS = 3.0
# What is shorter has no word in it.
_LEAST_MS = 200


def track_open(
    *, space: Space, user_id: int, job_id: int, worker: str, started_at: datetime
) -> RecordingTrack | None:
    """A track of somebody whose sound began at `started_at`, for the recorder that holds the claim `worker`.

    None where it is not to be recorded: it is switched off, they have not agreed, or are not in the Space. Raises ClaimLost.
    """
    with transaction.atomic():
        locked_claim(job_id=job_id, worker=worker)
        recording = Recording.objects.filter(space=space, state=Recording.State.ON).first()
        place = Participation.objects.filter(space=space, user=user_id).select_related("user").first()
        if recording is None or place is None or not has_consented(space, place.user):
            return None
        return RecordingTrack.objects.create(
            recording=recording,
            user=place.user,
            speaker_name=place.user.display_name,
            starts_at_ms=offset_ms(space, started_at),
        )


def spool_file(track_id: int) -> Path:
    """Where a track is written until it is closed. Only the machine of its recorder has it."""
    spool: Path = settings.RECORDINGS_SPOOL_DIR
    spool.mkdir(parents=True, exist_ok=True, mode=0o700)
    return spool / f"{_PREFIX}{track_id}.ogg"


def spool_is_full() -> bool:
    """Whether so little is left on the spool's disk (`RECORDINGS_MIN_FREE_MB`) that nothing more may be recorded."""
    free: int = shutil.disk_usage(spool_file(0).parent).free
    return free < settings.RECORDINGS_MIN_FREE_MB * 1_000_000


def track_close(*, track_id: int, duration_ms: int, now: datetime) -> bool:
    """Hand a track's file over to the storage; returns whether it is there. Done twice it is done once.

    What is gone by now, was taken out, or holds next to nothing is thrown away. Raises OSError, and what the storage raises:
    the file stays in the spool then.
    """
    file = spool_file(track_id)
    track = (
        RecordingTrack.objects.select_related("recording").filter(pk=track_id, closed_at__isnull=True).first()
    )
    if track is None or track.removed_at or duration_ms < _LEAST_MS or not file.exists():
        RecordingTrack.objects.filter(pk=track_id, closed_at__isnull=True).delete()
        file.unlink(missing_ok=True)
        return False
    name = new_name(track.recording.space_id, "track", "ogg")
    size = file.stat().st_size
    file_reserve(name, now=now)
    file_move(file, name)
    with transaction.atomic():
        still = RecordingTrack.objects.select_for_update(of=("self",), no_key=True)
        mine = still.filter(pk=track_id, closed_at__isnull=True, removed_at__isnull=True).first()
        if mine is None:
            files_doom([name], now=now)
            return False
        file_settle(name)
        mine.file, mine.size_bytes, mine.duration_ms, mine.closed_at = name, size, duration_ms, now
        mine.save(update_fields=["file", "size_bytes", "duration_ms", "closed_at"])
    return True


def spool_collect(*, now: datetime) -> int:
    """Hand over what recorders that live no more left in this machine's spool. Returns how many tracks that were."""
    spool: Path = settings.RECORDINGS_SPOOL_DIR
    handed = 0
    for file in spool.glob(f"{_PREFIX}*.ogg") if spool.is_dir() else ():
        track_id = file.stem.removeprefix(_PREFIX)
        if not track_id.isdecimal() or _is_fresh(file) or is_being_written(file):
            continue
        try:
            handed += track_close(track_id=int(track_id), duration_ms=duration_ms_of(str(file)), now=now)
        except OSError as error:
            level = logging.WARNING if error.errno == errno.ENOSPC else logging.ERROR
            logger.log(level, "Track %s stays in the spool: %s", track_id, error)
    return handed


def _is_fresh(file: Path) -> bool:
    try:
        return time.time() - file.stat().st_mtime < _QUIET_SECONDS
    except FileNotFoundError:
        return True
