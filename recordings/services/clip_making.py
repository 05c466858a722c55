"""Makes clips: the sound is cut out of the mix, or laid together from the tracks, and the video drawn round it.

A clip is claimed for `CLIP_LEASE_SECONDS`, renewed with its progress; when its worker dies another begins anew, up to
`CLIP_TRIES_MAX` times. One that is deleted meanwhile is thrown away.
"""

import logging
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet

from recordings.clip_video import ClipCard, Said, poster, video
from recordings.errors import NothingRecorded
from recordings.models import CaptionLine, Clip, Recording, RecordingTrack
from recordings.selectors.recordings import timeline_of
from recordings.selectors.replays import title_of
from recordings.services.files import file_keep, file_open, file_reserve, file_settle, files_doom, new_name
from recordings.services.tracks import spool_file
from recordings.sound.cutting import Piece, Sound, laid_together, peaks_of, written
from recordings.sound.timeline import Timeline
from social.services.delivery_claims import Clock

logger = logging.getLogger(__name__)

# Of the work, the sound is so little.
_SOUND_PERCENT = 10


class ClaimLost(Exception):
    """Another worker makes it now, or it is deleted."""


def clips_make(*, now: datetime) -> int:
    """Make the clips that are due, the earliest first, until none is left. Returns how many are ready."""
    clock, ready = Clock(now), 0
    while clip := _claim(now=clock()):
        try:
            _make(clip, clock)
        except ClaimLost:
            continue
        except Exception:
            logger.exception("Clip %s failed", clip.pk)
            _failed(clip)
            continue
        ready += 1
    return ready


def _claim(*, now: datetime) -> Clip | None:
    due = Clip.objects.filter(state=Clip.State.MAKING, due_at__lte=now).filter(
        Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    )
    with transaction.atomic():
        clip = due.order_by("due_at", "pk").select_for_update(skip_locked=True, of=("self",)).first()
        if clip is None:
            return None
        clip.claimed_until, clip.tries = now + _lease(), clip.tries + 1
        if clip.tries > settings.CLIP_TRIES_MAX:
            clip.state = Clip.State.FAILED
        clip.save(update_fields=["claimed_until", "tries", "state"])
    return clip if clip.state == Clip.State.MAKING else _claim(now=now)


def _make(clip: Clip, clock: Clock) -> None:
    recording = Recording.objects.select_related("space__host").get(space=clip.space_id)
    timeline = Timeline(cut(_stretches(recording, clip), clip.starts_at_ms, clip.duration_ms))
    if not timeline.duration_ms:
        raise NothingRecorded()
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="clip-")))
        sound = _sound(recording, timeline, held)
        audio, film, still = folder / "clip.mp3", folder / "clip.mp4", folder / "clip.jpg"
        written(sound, audio, title=clip.caption or title_of(recording))
        card = _card(clip, recording, peaks_of(sound), timeline)
        poster(card, still)
        tell = partial(_progress, clip, clock)
        video(card, sound=audio, duration_ms=timeline.duration_ms, out=film, progress=tell)
        names = {
            field: _kept(clip, made, now=clock())
            for field, made in (("audio", audio), ("video", film), ("poster", still))
        }
    with transaction.atomic():
        ready = {"state": Clip.State.READY, "progress": 100, "claimed_until": None}
        if _ours(clip).update(**names, **ready, duration_ms=timeline.duration_ms):
            for name in names.values():
                file_settle(name)
            return
        # Deleted meanwhile.
        files_doom(names.values(), now=clock())
    raise ClaimLost


def _kept(clip: Clip, made: Path, *, now: datetime) -> str:
    """Hand a file over to the storage; returns its name, which is reserved: if nothing comes of it, it goes within the hour."""
    name = new_name(clip.space_id, "clip", made.suffix.lstrip("."))
    file_reserve(name, now=now)
    return file_keep(made, name)


def cut(stretches: Sequence[tuple[int, int]], starts_ms: int, duration_ms: int) -> list[tuple[int, int]]:
    """Of these stretches of a Space, `duration_ms` of what was recorded from `starts_ms` on."""
    found: list[tuple[int, int]] = []
    left = duration_ms
    for start, end in stretches:
        first = max(start, starts_ms)
        last = min(end, first + left)
        if first < last:
            found.append((first, last))
            left -= last - first
    return found


def _stretches(recording: Recording, clip: Clip) -> list[tuple[int, int]]:
    """What was recorded; where the recording is on, up to the end of the clip."""
    ends_ms = clip.starts_at_ms + clip.duration_ms
    return [
        (one.starts_at_ms, ends_ms if one.ends_at_ms is None else one.ends_at_ms)
        for one in recording.stretches.all()
    ]


def _sound(recording: Recording, timeline: Timeline, held: ExitStack) -> Sound:
    """What is heard: out of the mix where there is one, else of the tracks, also while they are written."""
    duration_ms = timeline.duration_ms
    first = next(iter(timeline))
    if recording.state == Recording.State.READY:
        from_ms = timeline_of(recording).nearest_replay_ms(first.starts_at_ms)
        mix = held.enter_context(file_open(recording.mix))
        return laid_together([Piece(mix, from_ms, duration_ms, 0)], duration_ms=duration_ms)
    pieces = []
    for track in recording.tracks.filter(removed_at__isnull=True).order_by("starts_at_ms", "pk"):
        opened = _opened(track)
        if opened is None:
            continue
        held.enter_context(opened)
        for stretch in timeline:
            begins = max(stretch.starts_at_ms, track.starts_at_ms)
            if begins < stretch.ends_at_ms:
                at_ms = stretch.replay_ms + begins - stretch.starts_at_ms
                count_ms = stretch.ends_at_ms - begins
                pieces.append(Piece(opened, begins - track.starts_at_ms, count_ms, at_ms))
    return laid_together(pieces, duration_ms=duration_ms)


def _opened(track: RecordingTrack) -> IO[bytes] | None:
    """The sound of a track, out of this machine's spool while it is written; None where there is none (any more)."""
    try:
        return file_open(track.file) if track.file else spool_file(track.pk).open("rb")
    except FileNotFoundError:
        # Handed over, or taken out, in between.
        now = RecordingTrack.objects.filter(pk=track.pk, removed_at__isnull=True).exclude(file="").first()
        return file_open(now.file) if now else None


def _card(clip: Clip, recording: Recording, peaks: Sequence[int], timeline: Timeline) -> ClipCard:
    host = recording.space.host
    return ClipCard(
        caption=clip.caption or title_of(recording),
        host_id=host.pk,
        host_name=host.display_name,
        host_handle=host.handle,
        picture=host.picture.name or "",
        peaks=peaks,
        said=_said(clip, timeline),
    )


def _said(clip: Clip, timeline: Timeline) -> list[Said]:
    ends_ms = clip.starts_at_ms + clip.duration_ms
    lines = CaptionLine.objects.filter(
        space=clip.space_id,
        removed_at__isnull=True,
        starts_at_ms__lt=ends_ms,
        ends_at_ms__gt=clip.starts_at_ms,
    )
    found = []
    for line in lines.order_by("starts_at_ms", "pk"):
        starts_ms = timeline.nearest_replay_ms(line.starts_at_ms)
        found.append(Said(starts_ms, starts_ms + line.ends_at_ms - line.starts_at_ms, line.text))
    return found


def _progress(clip: Clip, clock: Clock, percent: int) -> None:
    """Keep the claim, and say how far it is. Raises ClaimLost."""
    done = _SOUND_PERCENT + percent * (100 - _SOUND_PERCENT) // 100
    until = clock() + _lease()
    if not _ours(clip).update(progress=min(99, done), claimed_until=until):
        raise ClaimLost


def _ours(clip: Clip) -> QuerySet[Clip]:
    """The row, while the claim (its `tries`) is ours."""
    return Clip.objects.filter(pk=clip.pk, state=Clip.State.MAKING, tries=clip.tries)


def _failed(clip: Clip) -> None:
    """Try again, a few times."""
    if clip.tries >= settings.CLIP_TRIES_MAX:
        _ours(clip).update(state=Clip.State.FAILED, claimed_until=None)
    else:
        _ours(clip).update(claimed_until=None, due_at=F("due_at") + timedelta(seconds=10 * clip.tries))


def _lease() -> timedelta:
    return timedelta(seconds=settings.CLIP_LEASE_SECONDS)
