"""Makes recordings for tests, by the writer and the mixer that the product uses, out of synthetic speech."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from accounts.models import User
from recordings.models import CaptionLine, Recording, RecordingTrack
from recordings.services.files import file_keep, new_name
from recordings.services.mixing import recordings_mix
from recordings.sound import SAMPLE_RATE, SAMPLES_PER_MS, Samples
from recordings.sound.writing import TrackWriter
from rooms.demo.speech import MAYA, SAM, speak
from rooms.models import Participation, Role, Space

_SAID = {
    "maya": (MAYA, "Hello and welcome, this is recorded."),
    "sam": (SAM, "Thank you, it is good to be here."),
}


@lru_cache
def spoken(who: str) -> Samples:
    """About two seconds of "maya" or "sam"."""
    voice, text = _SAID[who]
    return speak(text, voice)


@dataclass(frozen=True)
class Part:
    """What somebody says from a moment of the Space (ms since its start) on; `text` of it becomes a caption line."""

    user: User
    starts_at_ms: int
    sound: Samples
    text: str = ""

    @property
    def duration_ms(self) -> int:
        """How long it is."""
        return len(self.sound) // SAMPLES_PER_MS


def write_track(file: Path, sound: Samples) -> None:
    """Write `sound` to `file` as the recorder does, as if it had come evenly."""
    writer = TrackWriter(file)
    step = SAMPLE_RATE // 10
    for start in range(0, len(sound), step):
        piece = sound[start : start + step]
        writer.write(piece, ended_at=(start + len(piece)) / SAMPLE_RATE)
    writer.close()


def kept_track(recording: Recording, part: Part) -> RecordingTrack:
    """A closed track of `recording`, with its file in the storage."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "track.ogg"
        write_track(file, part.sound)
        return RecordingTrack.objects.create(
            recording=recording,
            user=part.user,
            speaker_name=part.user.display_name,
            starts_at_ms=part.starts_at_ms,
            duration_ms=part.duration_ms,
            file=file_keep(file, new_name(recording.space_id, "track", "ogg")),
            size_bytes=file.stat().st_size,
            closed_at=recording.space.ended_at,
        )


def recorded_space(
    *,
    host: User,
    parts: Sequence[Part],
    ended_at: datetime,
    stretches: Sequence[tuple[int, int]] = (),
    title: str = "A recorded Space",
) -> Recording:
    """A Space that ended at `ended_at`, whose mix is due; `stretches` (ms) are all of it unless they are given."""
    lasted = max([part.starts_at_ms + part.duration_ms for part in parts] + [end for _, end in stretches])
    started_at = ended_at - timedelta(milliseconds=lasted)
    space = Space.objects.create(
        host=host,
        title=title,
        state=Space.State.ENDED,
        started_at=started_at,
        ended_at=ended_at,
        end_reason=Space.EndReason.HOST,
    )
    for user in {host, *(part.user for part in parts)}:
        Participation.objects.create(
            space=space,
            user=user,
            role=Role.HOST if user == host else Role.SPEAKER,
            first_joined_at=started_at,
            joined_at=started_at,
            left_at=ended_at,
            spoke_at=started_at,
        )
    recording = Recording.objects.create(
        space=space, state=Recording.State.PROCESSING, mix_due_at=ended_at, created_at=started_at
    )
    for starts_at_ms, ends_at_ms in stretches or [(0, lasted)]:
        recording.stretches.create(starts_at_ms=starts_at_ms, ends_at_ms=ends_at_ms)
    for part in parts:
        kept_track(recording, part)
        if part.text:
            CaptionLine.objects.create(
                space=space,
                user=part.user,
                speaker_name=part.user.display_name,
                starts_at_ms=part.starts_at_ms,
                ends_at_ms=part.starts_at_ms + part.duration_ms,
                text=part.text,
                language="en",
                engine="test",
            )
    return recording


def ready_recording(
    *,
    host: User,
    parts: Sequence[Part],
    ended_at: datetime,
    stretches: Sequence[tuple[int, int]] = (),
    title: str = "A recorded Space",
) -> Recording:
    """As `recorded_space`, with its mix made: state READY."""
    recording = recorded_space(host=host, parts=parts, ended_at=ended_at, stretches=stretches, title=title)
    recordings_mix(now=ended_at + timedelta(seconds=1))
    recording.refresh_from_db()
    assert recording.state == Recording.State.READY, recording.trouble
    return recording
