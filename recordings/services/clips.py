"""Clips: asked for, deleted, expired. How they are made: `clip_making`."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from recordings.errors import ClipNotYours, ClipsNotAllowed, NothingRecorded
from recordings.models import Clip, Recording
from recordings.selectors.clips import may_clip, may_delete
from recordings.selectors.replays import recording_of, replay_timeline
from recordings.services.files import files_doom
from rooms.models import Space
from rooms.selectors.schedule import not_live
from spaces_project.lib import limits
from spaces_project.lib.errors import Invalid
from spaces_project.lib.tasks import enqueue_on_commit
from spaces_project.lib.text import clean_line

# What is shorter is no clip.
_LEAST_MS = 1_000


def clip_create(*, recording: Recording, by: User, starts_ms: int, caption: str = "", now: datetime) -> Clip:
    """Cut up to `CLIP_SECONDS` out of a replay (of `replay_for`), from `starts_ms` of it on. It is made in the background.

    Raises ClipsNotAllowed, Invalid (`caption`, `starts_ms`), TooMany.
    """
    caption = _checked(recording.space, by, caption)
    timeline = replay_timeline(recording)
    duration_ms = min(settings.CLIP_SECONDS * 1000, timeline.duration_ms - starts_ms)
    if starts_ms < 0 or duration_ms < _LEAST_MS:
        raise Invalid(fields={"starts_ms": [_("Choose a moment within the replay.")]})
    limits.require("clip.create", user=by, now=now)
    space_ms = timeline.space_ms(starts_ms)
    return _made(recording.space, by, caption, space_ms, duration_ms, due_at=now, now=now)


def clip_create_live(*, space: Space, by: User, caption: str = "", now: datetime) -> Clip:
    """Cut the last `CLIP_SECONDS` out of a Space (of `room_for_viewer`) that is on air and recorded. It is made a moment later.

    Raises SpaceEnded, SpaceNotStarted, ClipsNotAllowed, NothingRecorded, Invalid (`caption`), TooMany.
    """
    if not space.is_live or space.started_at is None:
        raise not_live(space)
    caption = _checked(space, by, caption)
    recording = recording_of(space)
    ends_ms = int((now - space.started_at).total_seconds() * 1000)
    running = recording and next((one for one in recording.stretches.all() if one.ends_at_ms is None), None)
    starts_ms = max(ends_ms - settings.CLIP_SECONDS * 1000, running.starts_at_ms if running else ends_ms)
    if ends_ms - starts_ms < _LEAST_MS:
        raise NothingRecorded()
    limits.require("clip.create", user=by, now=now)
    due_at = now + timedelta(seconds=settings.CLIP_SETTLE_SECONDS)
    return _made(space, by, caption, starts_ms, ends_ms - starts_ms, due_at=due_at, now=now)


def clip_delete(*, clip: Clip, by: User, now: datetime, as_staff: bool = False) -> None:
    """Delete a clip with its files. Done twice it is done once.

    `as_staff`: whoever calls has asked the table of staff. Raises ClipNotYours for anybody but maker and host.
    """
    if not as_staff and not may_delete(clip, by):
        raise ClipNotYours()
    clips_delete(Clip.objects.filter(pk=clip.pk), now=now)


def clips_delete(found: QuerySet[Clip], *, now: datetime) -> int:
    """Delete these clips with their files; rows stay, without them. Returns how many."""
    with transaction.atomic():
        clips = list(found.exclude(state=Clip.State.DELETED).order_by("pk").select_for_update(of=("self",)))
        files_doom(_files(clips), now=now)
        for clip in clips:
            clip.state, clip.deleted_at = Clip.State.DELETED, now
            clip.audio = clip.video = clip.poster = clip.caption = ""
        Clip.objects.bulk_update(clips, ["state", "deleted_at", "audio", "video", "poster", "caption"])
    return len(clips)


def clips_expire(*, now: datetime) -> int:
    """Delete clips whose days are over (beat). Returns how many."""
    return clips_delete(Clip.objects.filter(expires_at__lte=now), now=now)


def _checked(space: Space, by: User, caption: str) -> str:
    """The caption, cleaned. Raises ClipsNotAllowed, Invalid."""
    if not may_clip(viewer=by, space=space):
        raise ClipsNotAllowed()
    caption = clean_line(caption)
    if len(caption) > settings.CLIP_CAPTION_MAX_LENGTH:
        raise Invalid(
            fields={
                "caption": [_("At most {most} characters.").format(most=settings.CLIP_CAPTION_MAX_LENGTH)]
            }
        )
    return caption


def _made(
    space: Space,
    by: User,
    caption: str,
    starts_at_ms: int,
    duration_ms: int,
    *,
    due_at: datetime,
    now: datetime,
) -> Clip:
    with transaction.atomic():
        clip = Clip.objects.create(
            space=space,
            by=by,
            caption=caption,
            starts_at_ms=starts_at_ms,
            duration_ms=duration_ms,
            due_at=due_at,
            created_at=now,
            expires_at=now + timedelta(days=settings.CLIP_DAYS),
        )
        if due_at <= now:
            enqueue_on_commit("recordings.tasks.clips_make")
    return clip


def _files(clips: Iterable[Clip]) -> list[str]:
    return [name for clip in clips for name in (clip.audio, clip.video, clip.poster) if name]
