"""What there is of a Space's recording, for those who work on it."""

from recordings.models import Recording, RecordingTrack
from recordings.sound.timeline import Timeline


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
