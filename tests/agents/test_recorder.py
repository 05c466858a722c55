"""The recorder, for real: it records who has agreed, loses little when it is killed, and goes on when it can again."""

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from livekit import rtc

from accounts.models import User
from recordings.agents.agent import Agent
from recordings.agents.recorder import Recorder
from recordings.models import AgentJob, Recording, RecordingTrack
from recordings.selectors.recordings import offset_ms, timeline_of
from recordings.services.agents import agents_round
from recordings.services.consent import recording_consent
from recordings.services.files import file_open
from recordings.services.mixing import recordings_mix
from recordings.services.recording import recording_start, recordings_round
from recordings.services.tracks import spool_collect
from recordings.sound import SAMPLE_RATE
from recordings.sound.reading import TrackReader
from rooms.demo.speech import Samples
from rooms.models import Role, Space
from rooms.selectors import snapshot
from rooms.services.audio import audio_connected
from rooms.services.lifecycle import space_end
from social.models import Notification
from tests.agents.conftest import kill
from tests.audio.background import Background
from tests.factories import UserFactory
from tests.plugins.service import wait_until
from tests.recordings.sounds import click_each_second, shift
from tests.rooms.world import seat

pytestmark = [pytest.mark.livekit, pytest.mark.postgres]

RECORDING = AgentJob.Kind.RECORDING
LOST_MS = 5_000
TAKEOVER_MS = 10_000
OFFSET_MS = 40


@pytest.fixture
def speak(space: Space, enter: Any, background: Background, now: datetime) -> Iterator[Callable[..., None]]:
    """`speak(sound, *users)` puts people on stage who say that all at the same moment, again and again."""
    talking: list[Any] = []

    def begin(sound: Samples, *users: User) -> None:
        microphones = []
        for user in users:
            if user != space.host:
                seat(space, user, Role.SPEAKER, now)
            person, connection = enter(space, user)
            audio_connected(space=space, user=user, connection=connection)
            microphones.append(background.run(person.sound.publish(10)))

        async def forever() -> None:
            while True:
                await asyncio.gather(*(microphone.say(sound) for microphone in microphones))

        talking.append(background.start(forever()))

    yield begin
    for task in talking:
        background.stop(task)


def tracks_of(space: Space) -> Any:
    """All tracks of a Space, in their order."""
    return RecordingTrack.objects.filter(recording__space=space).order_by("starts_at_ms", "pk")


def ended(space: Space, host: User) -> Recording:
    """The recording of the Space when it has ended, and everything is handed over and mixed."""
    space_end(space=space, by=host, now=timezone.now())
    recordings_round(now=timezone.now())
    agents_round(now=timezone.now())

    def handed_over() -> bool:
        spool_collect(now=timezone.now())
        return not tracks_of(space).filter(closed_at__isnull=True).exists()

    wait_until(handed_over, "all tracks are handed over", 60)
    assert recordings_mix(now=timezone.now()) == 1
    return Recording.objects.get(space=space)


def heard(track: RecordingTrack) -> np.ndarray:
    """The sound of a track."""
    with file_open(track.file) as file:
        return TrackReader(file).read(0, track.duration_ms * SAMPLE_RATE // 1000)


def test_it_records_who_has_agreed_and_another_takes_over_when_it_is_killed(
    space, host, speaker, agents, running, speak
):
    silent = UserFactory(name="Not Agreed")
    speak(click_each_second(), host, speaker, silent)
    recording_start(space=space, by=host, now=timezone.now())
    recording_consent(space=space, user=speaker, now=timezone.now())
    first = running(space, kind=RECORDING)
    wait_until(lambda: tracks_of(space).count() == 2, "two are recorded", 60)
    began = time.monotonic()
    wait_until(lambda: time.monotonic() - began > 2, "they have said something", 5)

    kill(first)
    killed_at = offset_ms(space, timezone.now())
    running(space, kind=RECORDING, after=first.pk)
    wait_until(lambda: tracks_of(space).count() == 4, "both are recorded again", 60)
    began = time.monotonic()
    wait_until(lambda: time.monotonic() - began > 2, "they have said something", 5)
    recording = ended(space, host)

    before, after = tracks_of(space)[:2], tracks_of(space)[2:]
    assert {track.user for track in before} == {track.user for track in after} == {host, speaker}
    lost = killed_at - min(track.starts_at_ms + track.duration_ms for track in before)
    taken_over = max(track.starts_at_ms for track in after) - killed_at
    print(f"the killed recorder lost {lost} ms; another recorded after {taken_over} ms")
    assert lost < LOST_MS
    assert taken_over < TAKEOVER_MS
    for one, other in (before, after):
        late = shift(heard(one), heard(other)) / SAMPLE_RATE * 1000 + other.starts_at_ms - one.starts_at_ms
        # What they say is the same each second.
        offset = (late + 500) % 1000 - 500
        print(f"{one.speaker_name} and {other.speaker_name}, who spoke at once: {offset:+.0f} ms apart")
        assert abs(offset) < OFFSET_MS
    assert not spooled()
    # In the mix each is where they said it.
    at_ms = timeline_of(recording).replay_ms(after[0].starts_at_ms)
    with file_open(recording.mix) as file:
        mixed = TrackReader(file).read(at_ms * SAMPLE_RATE // 1000, 2 * SAMPLE_RATE)
    assert abs(shift(heard(after[0])[: 2 * SAMPLE_RATE], mixed)) < OFFSET_MS * SAMPLE_RATE // 1000


class InRoom:
    """What livekit-agents gives a job, for a recorder in this process: a room, and the way into it."""

    def __init__(self, token: str) -> None:
        self.room = rtc.Room()
        self._token = token

    async def connect(self, *, auto_subscribe: str) -> None:
        """Enter, subscribed to nothing."""
        assert auto_subscribe == "subscribe_none"
        options = rtc.RoomOptions(auto_subscribe=False)
        await self.room.connect(django_settings.LIVEKIT_WS_URL, self._token, options)


@pytest.fixture
def recorder(
    space: Space, host: User, handmade: Callable[..., str], background: Background
) -> Iterator[Recorder]:
    """A recorder in this process, so that a test turns its settings; it holds the claim, and works."""
    recording_start(space=space, by=host, now=timezone.now())
    job = AgentJob.objects.create(
        space=space, kind=RECORDING, state=AgentJob.State.RUNNING, worker="here", seen_at=timezone.now()
    )
    token = handmade(space.audio_room, f"agent-{job.pk}", hidden=True, can_publish=False)

    async def made() -> Recorder:
        return Recorder(Agent(cast(Any, InRoom(token)), job, "here"))

    recorder = background.run(made())
    task = background.start(recorder.run())
    yield recorder
    recorder.agent.over.set()
    background.run(asyncio.wait_for(asyncio.shield(task), 10))
    background.run(recorder.agent.room.disconnect())


def test_a_full_disk_is_told_and_the_space_and_then_the_recording_go_on(
    space, host, recorder, speak, settings
):
    speak(click_each_second(), host)
    wait_until(lambda: tracks_of(space).count() == 1, "the host is recorded", 60)
    settings.RECORDINGS_MIN_FREE_MB = 10**9
    wait_until(lambda: trouble(space) == "disk_full", "the full disk is told", 60)
    wait_until(lambda: tracks_of(space).filter(closed_at__isnull=False).count() == 1, "what was is kept", 60)
    assert Notification.objects.get(user=host, event="trouble").data["text"].startswith("The server's disk")
    assert snapshot(space=space, user=host)["space"]["state"] == "live"

    settings.RECORDINGS_MIN_FREE_MB = 1
    wait_until(lambda: tracks_of(space).count() == 2, "the host is recorded again", 60)
    assert trouble(space) == ""


def test_what_was_recorded_before_livekit_dies_is_kept(space, host, recorder, speak, livekit_server):
    speak(click_each_second(), host)
    wait_until(lambda: tracks_of(space).count() == 1, "the host is recorded", 60)
    begun = time.monotonic()
    wait_until(lambda: time.monotonic() - begun > 1, "they have said something", 5)
    livekit_server.restart()
    begun = time.monotonic()
    wait_until(lambda: tracks_of(space).filter(closed_at__isnull=False).count() == 1, "it is kept", 40)
    print(f"closed {time.monotonic() - begun:.1f} s after LiveKit's restart")
    assert heard(tracks_of(space).get()).any()


def test_a_speaker_who_comes_and_goes_fifty_times_leaves_nothing_behind(
    space, host, recorder, enter, background
):
    person, connection = enter(space, host)
    audio_connected(space=space, user=host, connection=connection)
    said = click_each_second()

    async def come_and_go(times: int) -> None:
        local = person.sound._room.local_participant
        for turn in range(times):
            microphone = await person.sound.publish(10)
            # Some stay long enough for a track, the others hardly.
            await microphone.say(said[: SAMPLE_RATE // (20 if turn % 3 else 4)])
            await local.unpublish_track(microphone.track.sid)
            await microphone.close()

    background.run(come_and_go(50), 60)
    wait_until(lambda: not recorder.takes, "every take is over", 60)

    tracks = list(tracks_of(space))
    print(f"fifty stays made {len(tracks)} tracks")
    # Of a stay of a twentieth of a second there may be nothing to keep.
    assert 5 < len(tracks) <= 50
    assert all(track.closed_at and track.file for track in tracks)
    assert not spooled()
    assert not open_in_spool()


def open_in_spool() -> list[Path]:
    """Files of the spool that this process has open."""
    spool = Path(django_settings.RECORDINGS_SPOOL_DIR).resolve()
    open_files = [Path(f"/proc/self/fd/{name.name}").resolve() for name in Path("/proc/self/fd").iterdir()]
    return [file for file in open_files if spool in file.parents]


def spooled() -> list[Path]:
    """Tracks that lie in the spool."""
    return list(Path(django_settings.RECORDINGS_SPOOL_DIR).glob("track-*"))


def trouble(space: Space) -> str:
    """What keeps the Space from being recorded."""
    return Recording.objects.get(space=space).trouble
