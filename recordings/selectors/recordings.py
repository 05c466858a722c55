"""What there is of a Space's recording: the sign in the room, and what the mix is made of."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from accounts.models import User
from accounts.selectors import Viewer
from recordings.models import Recording, RecordingConsent, RecordingStretch, RecordingTrack
from recordings.sound.timeline import Timeline
from rooms.models import Space


def recordings_needed() -> Iterable[UUID]:
    """The live Spaces that are being recorded. One query."""
    on = Recording.objects.filter(state=Recording.State.ON, space__state=Space.State.LIVE)
    return on.values_list("space_id", flat=True)


def is_recorded(space: Space) -> bool:
    """Whether what is said in a Space is, or will be, recorded: it is switched on, or wished for and not begun.

    One query at most.
    """
    if not (space.is_live or space.is_scheduled):
        return False
    state = Recording.objects.filter(space=space).values_list("state", flat=True).first()
    return space.recording_wanted if state is None else state == Recording.State.ON


def recording_card(space: Space) -> dict[str, Any]:
    """The sign in the room (docs/protocol.md): `{"on", "since", "trouble"}`. One query."""
    return _sign(space)[0]


def recording_part(*, space: Space, user: Viewer) -> dict[str, Any]:
    """The recording's part of a snapshot (`SPACE_SNAPSHOT_PARTS`): `recording`, and `recording_consent` of the reader, null for
    guests. One query."""
    card, consent = _sign(space, user.pk or 0)
    return {"recording": card, "recording_consent": consent if user.is_authenticated else None}


def _sign(space: Space, user_id: int = 0) -> tuple[dict[str, Any], bool]:
    """The sign, and whether somebody has consented."""
    running = RecordingStretch.objects.filter(recording__space=OuterRef("pk"), ends_at_ms__isnull=True)
    consent = RecordingConsent.objects.filter(space=OuterRef("pk"), user=user_id)
    state, trouble, since_ms, consented = (
        Space.objects.filter(pk=space.pk)
        .annotate(since_ms=Subquery(running.values("starts_at_ms")[:1]), consented=Exists(consent))
        .values_list("recording__state", "recording__trouble", "since_ms", "consented")
        .get()
    )
    if state != Recording.State.ON or not space.is_live:
        return {"on": False, "since": None, "trouble": ""}, consented
    since = moment_of(space, since_ms) if since_ms is not None else None
    return {"on": True, "since": since, "trouble": trouble}, consented


def has_consented(space: Space, user: User) -> bool:
    """Whether somebody lets themselves be recorded in this Space. One query."""
    return RecordingConsent.objects.filter(space=space, user=user).exists()


def consented_in(space_id: UUID) -> set[int]:
    """Ids of those who let themselves be recorded in this Space. One query."""
    return set(RecordingConsent.objects.filter(space=space_id).values_list("user_id", flat=True))


def offset_ms(space: Space, at: datetime) -> int:
    """A moment of a Space that has begun, in milliseconds since its start."""
    assert space.started_at is not None
    return max(0, round((at - space.started_at).total_seconds() * 1000))


def moment_of(space: Space, ms: int) -> datetime:
    """The other way round."""
    assert space.started_at is not None
    return space.started_at + timedelta(milliseconds=ms)


def timeline_of(recording: Recording) -> Timeline:
    """The closed stretches of a recording: what its replay consists of. One query."""
    stretches = recording.stretches.filter(ends_at_ms__isnull=False)
    return Timeline((one.starts_at_ms, one.ends_at_ms or 0) for one in stretches)


def tracks_to_mix(recording: Recording) -> list[RecordingTrack]:
    """The tracks with a file, by their beginning; one whose speaker was given another is as long as until that began.

    A worker that was thought dead may have written on for a moment beside the one that followed it.
    """
    found = recording.tracks.filter(removed_at__isnull=True, closed_at__isnull=False).exclude(file="")
    tracks = list(found.order_by("starts_at_ms", "pk"))
    following: dict[int, int] = {}
    for track in reversed(tracks):
        if track.user_id is not None:
            until = following.get(track.user_id, track.starts_at_ms + track.duration_ms)
            track.duration_ms = min(track.duration_ms, max(0, until - track.starts_at_ms))
            following[track.user_id] = track.starts_at_ms
    return tracks
