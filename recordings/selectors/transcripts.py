"""What was said in a replay, and what else happened in the Space meanwhile, in the replay's time."""

from typing import Any

from accounts.selectors import Viewer
from recordings.models import CaptionLine, ReactionSlice, Recording
from recordings.selectors.replays import replay_timeline
from recordings.transcripts import Line
from rooms.selectors import messages_of

# More than a chat has in three hours; beyond it the latest are left out.
_MESSAGES_MAX = 5_000


def lines_of(recording: Recording) -> list[Line]:
    """The transcript, in order; lines that were taken out, or fall where nothing was recorded, are not in it. One query."""
    timeline = replay_timeline(recording)
    found = CaptionLine.objects.filter(space=recording.space_id, removed_at__isnull=True)
    lines: list[Line] = []
    for one in found.order_by("starts_at_ms", "pk"):
        starts_ms = timeline.replay_ms(one.starts_at_ms)
        if starts_ms is None:
            continue
        ends_ms = min(starts_ms + one.ends_at_ms - one.starts_at_ms, timeline.duration_ms)
        lines.append(Line(one.pk, one.user_id, one.speaker_name, starts_ms, ends_ms, one.text))
    return lines


def messages_at(recording: Recording, *, viewer: Viewer) -> list[dict[str, Any]]:
    """What was written in the Space, each with `at_ms`, when in the replay: `{"id", "at_ms", "name", "text"}`. One query or
    two. Who may hear the replay may read it."""
    space, timeline = recording.space, replay_timeline(recording)
    if space.started_at is None:
        return []
    found = []
    for message in messages_of(space, viewer=viewer).order_by("pk")[:_MESSAGES_MAX]:
        if message.held_at is not None:
            continue
        offset = int((message.created_at - space.started_at).total_seconds() * 1000)
        at_ms = timeline.replay_ms(offset)
        if at_ms is not None:
            name = message.author.display_name
            found.append({"id": str(message.pk), "at_ms": at_ms, "name": name, "text": message.text})
    return found


def reactions_at(recording: Recording) -> list[dict[str, Any]]:
    """The reactions, summed per few seconds: `{"at_ms", "taps": {"❤️": 3}}`. One query."""
    timeline = replay_timeline(recording)
    found = []
    for one in ReactionSlice.objects.filter(space=recording.space_id).order_by("starts_at_ms"):
        at_ms = timeline.replay_ms(one.starts_at_ms)
        if at_ms is not None and one.taps:
            found.append({"at_ms": at_ms, "taps": one.taps})
    return found
