"""What the host of a recording can save."""

from datetime import datetime
from typing import Any

from django.utils.text import slugify

from recordings.links import MIX, TRACK, link_to
from recordings.models import Recording, RecordingTrack
from recordings.selectors.replays import duration_ms, title_of


def downloads(recording: Recording, *, now: datetime) -> list[dict[str, Any]]:
    """The files of a recording, for its host: `{"what", "name", "starts_at_ms", "duration_ms", "size_bytes", "link"}`."""
    stem = file_stem(title_of(recording))
    found: list[dict[str, Any]] = []
    if recording.state == Recording.State.READY:
        found.append(
            {
                "what": MIX,
                "name": "",
                "starts_at_ms": 0,
                "duration_ms": duration_ms(recording),
                "size_bytes": recording.size_bytes,
                "link": link_to(MIX, recording.pk, revision=recording.revision, now=now, name=f"{stem}.mp3"),
            }
        )
    tracks = RecordingTrack.objects.filter(recording=recording, removed_at__isnull=True).exclude(file="")
    for number, track in enumerate(tracks, 1):
        name = f"{stem}-{number:02}-{file_stem(track.speaker_name)}.ogg"
        found.append(
            {
                "what": TRACK,
                "name": track.speaker_name,
                "starts_at_ms": track.starts_at_ms,
                "duration_ms": track.duration_ms,
                "size_bytes": track.size_bytes,
                "link": link_to(TRACK, track.pk, revision=0, now=now, name=name),
            }
        )
    return found


def file_stem(title: str) -> str:
    """A title as the name of a file, without its ending."""
    return slugify(title, allow_unicode=True)[:60] or "replay"
