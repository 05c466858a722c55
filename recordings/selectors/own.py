"""What somebody may know of a Space's recording, and do about it."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from accounts.models import User
from accounts.selectors import Viewer
from recordings.models import Recording, RecordingTrack
from recordings.selectors.recordings import recording_card
from rooms.models import Space
from rooms.selectors import space_for_viewer


def recording_state(*, space: Space, viewer: Viewer) -> dict[str, Any]:
    """The recording of a Space for somebody who may see it (docs/openapi.yaml): the sign, what becomes of it, and whether there
    is a part of theirs in it. `trouble`, `progress`, `size_bytes` are the host's alone. Three queries at most.
    """
    recording = Recording.objects.filter(space=space).first()
    is_host = isinstance(viewer, User) and viewer.pk == space.host_id
    shown = {
        "recording": recording_card(space),
        "state": recording.state if recording else "none",
        "has_part": recording is not None and isinstance(viewer, User) and has_part(recording, viewer),
        "duration_ms": recording.duration_ms if recording else 0,
        "expires_at": recording.expires_at if recording and not recording.kept else None,
        "kept": recording is not None and recording.kept,
        "progress": None,
        "trouble": None,
        "size_bytes": None,
    }
    if recording is not None and is_host:
        shown |= {
            "progress": recording.progress,
            "trouble": recording.trouble,
            "size_bytes": recording.size_bytes,
        }
    return shown


def space_with_part(*, user: User, space_id: UUID | str) -> Space:
    """The Space, for somebody who wants their part of its recording removed: also one that a block, or a removal, keeps from
    them since. Raises SpaceNotFound for whoever has no part in it and may not see it, either."""
    with suppress(ValueError):
        mine = RecordingTrack.objects.filter(
            user=user, removed_at__isnull=True, recording__space=UUID(str(space_id))
        )
        if track := mine.select_related("recording__space").first():
            return track.recording.space
    return space_for_viewer(user=user, space_id=space_id)


def has_part(recording: Recording, user: User) -> bool:
    """Whether something that `user` said is in the recording. One query."""
    return recording.tracks.filter(user=user, removed_at__isnull=True).exists()
