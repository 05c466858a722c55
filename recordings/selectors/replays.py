"""Replays, with the right to hear them; and what lists and cards of Spaces show of them."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.selectors import Viewer, blocks_with
from recordings.errors import ReplayNotFound, ReplayNotHost, ReplayNotReady
from recordings.models import Recording
from recordings.replay_gates import refusal
from recordings.sound.timeline import Timeline
from rooms.models import Participation, Space, Topic
from rooms.selectors import room_for_viewer
from spaces_project.lib.keyset import KeysetPage, Part, page_after

# Made, or being made: there is something to wait for.
_COMING = (Recording.State.ON, Recording.State.OFF, Recording.State.PROCESSING)


def replay_for(*, viewer: Viewer, space_id: UUID | str, now: datetime) -> Recording:
    """The replay of a Space as `viewer` may hear it, with its Space and stretches.

    Raises SpaceNotFound, Removed, ReplayNotFound, ReplayNotReady, and what `REPLAY_GATES` refuse with.
    """
    space = room_for_viewer(user=viewer, space_id=space_id)
    recording = recording_of(space)
    if recording is not None and space.state == Space.State.ENDED and recording.state in _COMING:
        raise ReplayNotReady()
    if recording is None or not is_public(recording, now) or not _is_there(space.host):
        raise ReplayNotFound()
    if error := refusal(space, viewer):
        raise error
    return recording


def replay_for_host(*, user: Viewer, space_id: UUID | str) -> Recording:
    """The recording of one's own Space, whatever its state but deleted.

    Raises SpaceNotFound, Removed, ReplayNotHost, ReplayNotFound.
    """
    space = room_for_viewer(user=user, space_id=space_id)
    if user.pk != space.host_id:
        raise ReplayNotHost()
    recording = recording_of(space)
    if recording is None or recording.state == Recording.State.DELETED:
        raise ReplayNotFound()
    return recording


def recording_of(space: Space) -> Recording | None:
    """What was recorded of a Space, with its stretches; for those who have looked whether the viewer may see it."""
    recording = Recording.objects.filter(space=space).prefetch_related("stretches").first()
    if recording is not None:
        recording.space = space
    return recording


def is_public(recording: Recording, now: datetime) -> bool:
    """Whether the replay can be heard: ready, and kept or within its days."""
    if recording.state != Recording.State.READY:
        return False
    return recording.kept or (recording.expires_at is not None and recording.expires_at > now)


def public(now: datetime) -> Q:
    """As `is_public`, for a query of recordings."""
    return Q(state=Recording.State.READY) & (Q(kept=True) | Q(expires_at__gt=now))


def listed_replays(*, viewer: Viewer, now: datetime) -> QuerySet[Recording]:
    """The replays that `viewer` may find, with Spaces and hosts, without order. What a gate keeps from them is among them."""
    found = (
        Recording.objects.filter(public(now), space__host__is_active=True, space__host__is_suspended=False)
        .select_related("space__host", *(f"space__{name}" for name in settings.SPACE_RELATED))
        .prefetch_related("space__topics")
    )
    if not isinstance(viewer, User):
        return found
    removed = Participation.objects.filter(space=OuterRef("space"), user=viewer, removed_at__isnull=False)
    return found.exclude(blocks_with(viewer, "space__host_id")).exclude(Exists(removed))


def replays_page(
    *, viewer: Viewer, topic: Topic | None, language: str, cursor: str, limit: int
) -> KeysetPage[Recording]:
    """Replays, the latest first (`REPLAYS_PAGE`). Raises ValueError for what is no cursor."""
    found = listed_replays(viewer=viewer, now=timezone.now())
    if topic:
        found = found.filter(space__topics=topic)
    if language:
        found = found.filter(space__language=language)
    return page_after([Part("replays", found, "-ready_at")], cursor, limit=limit)


def replays_of_spaces(ids: Collection[UUID], *, viewer: Viewer) -> dict[UUID, dict[str, Any]]:
    """For each of these Spaces that has a replay which `viewer` may find: what cards show of it (`SPACE_REPLAYS`).

    One query, or none for no ids.
    """
    if not ids:
        return {}
    found = listed_replays(viewer=viewer, now=timezone.now()).prefetch_related(None)
    return {one.space_id: replay_note(one) for one in found.filter(space__in=ids)}


def replay_note(recording: Recording) -> dict[str, Any]:
    """A replay in short: `{"title", "duration_ms", "plays", "expires_at"}`; `expires_at` is None for one that is kept."""
    return {
        "title": title_of(recording),
        "duration_ms": duration_ms(recording),
        "plays": recording.plays,
        "expires_at": None if recording.kept else recording.expires_at,
    }


def title_of(recording: Recording) -> str:
    """What the replay is called."""
    return recording.title or recording.space.title


def duration_ms(recording: Recording) -> int:
    """How long it is, without what is trimmed."""
    return max(0, recording.duration_ms - recording.trimmed_ms)


def replay_timeline(recording: Recording) -> Timeline:
    """The stretches of a recording that is over, as far as they are in the replay: without what is trimmed."""
    kept: list[tuple[int, int]] = []
    rest = recording.trimmed_ms
    for one in recording.stretches.all():
        if one.ends_at_ms is None:
            continue
        cut = min(rest, one.ends_at_ms - one.starts_at_ms)
        rest -= cut
        kept.append((one.starts_at_ms + cut, one.ends_at_ms))
    return Timeline(kept)


def waveform_of(recording: Recording) -> list[int]:
    """The peaks of the replay, from 0 to 100, without what is trimmed."""
    peaks: list[int] = recording.waveform
    if not recording.trimmed_ms or not recording.duration_ms:
        return peaks
    return peaks[len(peaks) * recording.trimmed_ms // recording.duration_ms :]


def _is_there(host: User) -> bool:
    return host.is_active and not host.is_suspended


def days() -> int:
    """How many days a replay is public unless it is kept."""
    found: int = settings.SPACES_REPLAY_DAYS
    return found
