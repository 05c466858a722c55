"""What `seed_demo` adds of recordings (`DEMO_SEEDS`): a Space of the demo host that is over, to hear again."""

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from accounts.models import User
from recordings.models import CaptionLine, ReactionSlice, Recording, RecordingTrack
from recordings.services.files import file_keep, new_name
from recordings.sound import SAMPLE_RATE, SAMPLES_PER_MS, Samples
from recordings.sound.writing import TrackWriter
from rooms.demo.script import LINES
from rooms.demo.speech import MAYA, SAM, speak
from rooms.models import Participation, Role, RoomMessage, Space

TITLE = "A first listen, to hear again"
_PAUSE_MS = 500
# Who says what, and who writes.
_SPEAKERS = {MAYA: "demo_host", SAM: "demo_listener"}
_WRITER = "demo_listener_2"


def seed(*, host: User, now: datetime) -> None:
    """Put it in, unless it is there: tracks as the recorder leaves them, which a worker puts together."""
    if Space.objects.filter(host=host, title=TITLE).exists():
        return
    people = {user.handle: user for user in User.objects.filter(handle__in=[*_SPEAKERS.values(), _WRITER])}
    said = [(people[_SPEAKERS[voice]], text, speak(text, voice)) for voice, text in LINES[:-1]]
    with transaction.atomic():
        _recorded(people, said, ended_at=now - timedelta(hours=20))


def _recorded(people: dict[str, User], said: list[tuple[User, str, Samples]], *, ended_at: datetime) -> None:
    lasts_ms = sum(len(sound) // SAMPLES_PER_MS + _PAUSE_MS for _, _, sound in said)
    started_at = ended_at - timedelta(milliseconds=lasts_ms)
    host = people[_SPEAKERS[MAYA]]
    space = Space.objects.create(
        host=host,
        title=TITLE,
        state=Space.State.ENDED,
        started_at=started_at,
        ended_at=ended_at,
        end_reason=Space.EndReason.HOST,
        recording_wanted=True,
        peak_listeners=24,
    )
    for handle in _SPEAKERS.values():
        role = Role.HOST if people[handle] == host else Role.SPEAKER
        Participation.objects.create(
            space=space, user=people[handle], role=role, left_at=ended_at, spoke_at=started_at
        )
    recording = Recording.objects.create(
        space=space, state=Recording.State.PROCESSING, mix_due_at=ended_at, created_at=started_at
    )
    recording.stretches.create(starts_at_ms=0, ends_at_ms=lasts_ms)
    at_ms = 0
    for user, text, sound in said:
        _say(recording, user, text, sound, at_ms)
        at_ms += len(sound) // SAMPLES_PER_MS + _PAUSE_MS
    for seconds, text in (
        (4, "Good morning!"),
        (21, "It works here, too."),
        (40, "So nice to hear you both."),
    ):
        moment = started_at + timedelta(seconds=seconds)
        RoomMessage.objects.create(space=space, author=people[_WRITER], text=text, created_at=moment)
    for seconds, taps in ((5, {"👋": 4}), (25, {"❤️": 3, "😂": 1}), (50, {"💯": 5})):
        ReactionSlice.objects.create(space=space, starts_at_ms=seconds * 1000, taps=taps)


def _say(recording: Recording, user: User, text: str, sound: Samples, at_ms: int) -> None:
    """A track with what somebody says, and its line of the transcript."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "track.ogg"
        writer = TrackWriter(file)
        writer.write(sound, ended_at=len(sound) / SAMPLE_RATE)
        writer.close()
        RecordingTrack.objects.create(
            recording=recording,
            user=user,
            speaker_name=user.display_name,
            starts_at_ms=at_ms,
            duration_ms=len(sound) // SAMPLES_PER_MS,
            file=file_keep(file, new_name(recording.space_id, "track", "ogg")),
            size_bytes=file.stat().st_size,
            closed_at=recording.space.ended_at,
        )
    CaptionLine.objects.create(
        space=recording.space,
        user=user,
        speaker_name=user.display_name,
        starts_at_ms=at_ms,
        ends_at_ms=at_ms + len(sound) // SAMPLES_PER_MS,
        text=text,
        language="en",
        engine="script",
    )
