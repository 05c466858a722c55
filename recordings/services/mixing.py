"""The mix of a recording: made by whichever worker has its claim on the row, and made again by another when that one dies.

A claim is a lease, renewed while the sound passes by. Who loses it, or whose recording has changed meanwhile (`revision`: a
part was taken out, or it was deleted), throws away what it has made.
"""

import errno
import logging
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from recordings.models import Recording, RecordingTrack
from recordings.selectors.recordings import timeline_of, tracks_to_mix
from recordings.services.files import file_keep, file_open, file_reserve, file_settle, files_doom, new_name
from recordings.services.telling import tell_failed, tell_progress, tell_ready
from recordings.sound.mixing import MixTrack, mix
from social.services.delivery_claims import Clock

logger = logging.getLogger(__name__)

_TELL_SECONDS = 1.0


class ClaimLost(Exception):
    """Another worker has it now, or it is to be made otherwise."""


def recordings_mix(*, now: datetime) -> int:
    """Make the mixes that are due, the earliest first, until none is left. Returns how many are ready."""
    clock, ready = Clock(now), 0
    while recording := _claim(now=clock()):
        ready += _made(recording, clock)
    return ready


def recording_mix_wanted(recording: Recording, *, now: datetime) -> None:
    """The mix has to be made (anew): what is being made, or is there, is of no use any more. On a locked row."""
    files_doom([recording.mix], now=now)
    recording.state, recording.progress, recording.trouble = Recording.State.PROCESSING, 0, ""
    recording.mix, recording.size_bytes, recording.waveform = "", 0, []
    recording.claim, recording.claimed_until, recording.mix_attempts = None, None, 0
    recording.mix_due_at = now
    recording.revision += 1
    recording.save(
        update_fields=[
            "state", "progress", "trouble", "mix", "size_bytes", "waveform", "claim", "claimed_until",
            "mix_attempts", "mix_due_at", "revision",
        ]
    )  # fmt: skip


def _claim(*, now: datetime) -> Recording | None:
    """The next recording whose mix is due, claimed; None without one, or while `RECORDING_MIX_RUNNERS` are at work.

    Whose tracks are not all there yet waits a while.
    """
    if Recording.objects.filter(claimed_until__gt=now).count() >= settings.RECORDING_MIX_RUNNERS:
        return None
    open_tracks = RecordingTrack.objects.filter(
        recording=OuterRef("pk"), closed_at__isnull=True, removed_at__isnull=True
    )
    patience = now - timedelta(seconds=settings.RECORDING_TRACKS_WAIT_SECONDS)
    due = (
        Recording.objects.filter(state=Recording.State.PROCESSING, mix_due_at__lte=now)
        .filter(Q(claimed_until__isnull=True) | Q(claimed_until__lte=now))
        .filter(~Exists(open_tracks) | Q(space__ended_at__lte=patience))
        .order_by("mix_due_at", "pk")
    )
    with transaction.atomic():
        recording = due.select_for_update(skip_locked=True, of=("self",), no_key=True).first()
        if recording is None:
            return None
        recording.claim, recording.claimed_until = uuid.uuid4(), now + _lease()
        recording.save(update_fields=["claim", "claimed_until"])
    return recording


def _made(recording: Recording, clock: Clock) -> bool:
    """Make the mix of a claimed recording; returns whether it is ready."""
    try:
        with _folder(recording) as folder:
            return _make(recording, folder, clock)
    except ClaimLost:
        return False
    except Exception as error:
        logger.exception("The mix of %s failed", recording)
        _failed(recording, error, now=clock())
        return False


def _make(recording: Recording, folder: Path, clock: Clock) -> bool:
    tracks = tracks_to_mix(recording)
    if not tracks:
        _nothing(recording, now=clock())
        return False
    out, progress = folder / "mix.mp3", _Progress(recording, clock)
    mixed = mix(
        tracks=[
            MixTrack(track.starts_at_ms, track.duration_ms, partial(file_open, track.file))
            for track in tracks
        ],
        timeline=timeline_of(recording),
        out=out,
        title=recording.title or recording.space.title,
        progress=progress,
    )
    progress.keep()
    name = new_name(recording.space_id, "mix", "mp3")
    file_reserve(name, now=clock())
    size = out.stat().st_size
    file_keep(out, name)
    try:
        with _claimed(recording) as locked:
            file_settle(name)
            locked.state, locked.progress, locked.trouble = Recording.State.READY, 100, ""
            locked.mix, locked.size_bytes = name, size
            locked.waveform, locked.duration_ms = mixed.peaks, mixed.duration_ms
            locked.ready_at = locked.ready_at or clock()
            ended_at = locked.space.ended_at or clock()
            locked.expires_at = locked.expires_at or ended_at + timedelta(days=settings.SPACES_REPLAY_DAYS)
            locked.claim = locked.claimed_until = locked.mix_due_at = None
            locked.save()
            tell_ready(locked, now=clock())
    except ClaimLost:
        files_doom([name], now=clock())
        raise
    return True


class _Progress:
    """Called as the sound passes by: keeps the claim, and tells how far it is."""

    def __init__(self, recording: Recording, clock: Clock) -> None:
        self._recording = recording
        self._clock = clock
        self._told = 0.0

    def __call__(self, percent: int) -> None:
        """Raises ClaimLost."""
        if time.monotonic() - self._told < _TELL_SECONDS:
            return
        self._told = time.monotonic()
        self._renew(_lease(), progress=percent)
        tell_progress(self._recording, percent)

    def keep(self) -> None:
        """Hold on to the claim while the file goes into the storage, which may be far away. Raises ClaimLost."""
        self._renew(4 * _lease(), progress=99)

    def _renew(self, lease: timedelta, *, progress: int) -> None:
        ours = Recording.objects.filter(
            pk=self._recording.pk, claim=self._recording.claim, revision=self._recording.revision
        )
        if not ours.update(progress=progress, claimed_until=self._clock() + lease):
            raise ClaimLost


@contextmanager
def _claimed(recording: Recording) -> Iterator[Recording]:
    """The row, locked, in a transaction. Raises ClaimLost unless it is still ours, and as it was."""
    with transaction.atomic():
        found = Recording.objects.select_for_update(of=("self",), no_key=True).select_related("space__host")
        locked = found.filter(pk=recording.pk, claim=recording.claim, revision=recording.revision).first()
        if locked is None:
            raise ClaimLost
        yield locked


def _nothing(recording: Recording, *, now: datetime) -> None:
    """No sound was recorded, or all of it was taken out."""
    with _claimed(recording) as locked:
        _give_up(locked, "empty", now=now)


def _failed(recording: Recording, error: Exception, *, now: datetime) -> None:
    """Try again later, a few times; without an end while it is the disk that is full."""
    full = isinstance(error, OSError) and error.errno == errno.ENOSPC
    waits = settings.RECORDING_MIX_RETRY_SECONDS
    try:
        with _claimed(recording) as locked:
            if locked.mix_attempts >= len(waits) and not full:
                _give_up(locked, "mix_failed", now=now)
                return
            wait = waits[min(locked.mix_attempts, len(waits) - 1)]
            locked.mix_due_at = now + timedelta(seconds=wait)
            locked.mix_attempts += 0 if full else 1
            locked.trouble = "disk_full" if full else ""
            locked.claim = locked.claimed_until = None
            locked.save(update_fields=["mix_due_at", "mix_attempts", "trouble", "claim", "claimed_until"])
    except ClaimLost:
        return


def _give_up(locked: Recording, trouble: str, *, now: datetime) -> None:
    locked.state, locked.trouble = Recording.State.FAILED, trouble
    locked.claim = locked.claimed_until = locked.mix_due_at = None
    locked.save(update_fields=["state", "trouble", "claim", "claimed_until", "mix_due_at"])
    tell_failed(locked, now=now)


@contextmanager
def _folder(recording: Recording) -> Iterator[Path]:
    """A folder of this claim in the spool; those of earlier ones, whose workers died, go."""
    spool: Path = settings.RECORDINGS_SPOOL_DIR
    spool.mkdir(parents=True, exist_ok=True, mode=0o700)
    for old in spool.glob(f"mix-{recording.pk}-*"):
        shutil.rmtree(old, ignore_errors=True)
    folder = spool / f"mix-{recording.pk}-{recording.claim}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lease() -> timedelta:
    return timedelta(seconds=settings.RECORDING_MIX_LEASE_SECONDS)
