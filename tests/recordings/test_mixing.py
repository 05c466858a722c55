"""The mix: tracks in step, stretches cut together, made by one worker at a time and by another when that one dies."""

from datetime import timedelta

import numpy as np
import pytest

from recordings.models import Recording
from recordings.services import mixing
from recordings.services.files import file_open, files_delete
from recordings.services.mixing import recording_mix_wanted, recordings_mix
from recordings.sound import SAMPLE_RATE
from recordings.sound.reading import TrackReader
from social.models import Notification
from tests.audio.likeness import likeness
from tests.recordings.making import Part, ready_recording, recorded_space, spoken

pytestmark = pytest.mark.django_db


def heard(recording: Recording, seconds: float) -> np.ndarray:
    with file_open(recording.mix) as file:
        return TrackReader(file).read(0, round(seconds * SAMPLE_RATE))


def test_the_mix_says_what_each_said_when_they_said_it(recording, host, kept):
    sound = heard(recording, recording.duration_ms / 1000)

    assert np.max(np.abs(sound[: SAMPLE_RATE // 2])) < 0.01
    assert likeness(spoken("maya"), 32767 * sound[: 4 * SAMPLE_RATE]) > 0.8
    assert likeness(spoken("sam"), 32767 * sound[4 * SAMPLE_RATE :]) > 0.8
    assert recording.progress == 100
    assert recording.expires_at == recording.space.ended_at + timedelta(days=30)
    assert max(recording.waveform) == 100
    assert recording.waveform[: len(recording.waveform) // 20] == [0] * (len(recording.waveform) // 20)
    told = Notification.objects.get(user=host)
    assert told.data["line"] == "The replay of “A recorded Space” is ready"
    tracks = set(recording.tracks.values_list("file", flat=True))
    assert set(kept()) == {recording.space_id.hex, recording.mix, *tracks}


def test_what_was_not_recorded_is_not_in_the_replay(host, speaker, now):
    parts = [Part(host, 0, spoken("maya")), Part(speaker, 10_000, spoken("sam"))]

    recording = ready_recording(
        host=host, parts=parts, ended_at=now, stretches=[(0, 3_000), (10_000, 13_000)]
    )

    assert recording.duration_ms == 6_000
    assert likeness(spoken("sam"), 32767 * heard(recording, 6)[3 * SAMPLE_RATE :]) > 0.8


def test_a_worker_that_dies_is_followed_by_another(host, now, recordings_folder, monkeypatch):
    recording = recorded_space(host=host, parts=[Part(host, 0, spoken("maya"))], ended_at=now)

    class Killed(BaseException):
        pass

    def die(*args, **kwargs):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(mixing, "file_keep", die)
        patched.setattr(mixing.shutil, "rmtree", lambda *args, **kwargs: None)
        with pytest.raises(Killed):
            recordings_mix(now=now)
    assert list((recordings_folder / "spool").iterdir())

    recording.refresh_from_db()
    end = recording.claimed_until
    assert recordings_mix(now=end - timedelta(seconds=30)) == 0
    assert recordings_mix(now=end) == 1
    recording.refresh_from_db()
    assert recording.state == Recording.State.READY
    assert not list((recordings_folder / "spool").iterdir())


def test_a_mix_of_what_has_changed_meanwhile_is_thrown_away(host, now, monkeypatch, kept):
    recording = recorded_space(host=host, parts=[Part(host, 0, spoken("maya"))], ended_at=now)
    keep = mixing.file_keep

    def meanwhile(*args):
        monkeypatch.undo()
        recording_mix_wanted(Recording.objects.get(), now=now)
        return keep(*args)

    monkeypatch.setattr(mixing, "file_keep", meanwhile)

    # The first is thrown away; the second is of the newer state.
    assert recordings_mix(now=now) == 1
    recording.refresh_from_db()
    assert (recording.state, recording.revision) == (Recording.State.READY, 2)
    files_delete(now=now + timedelta(seconds=60))
    assert len([name for name in kept() if name.endswith(".mp3")]) == 1


def test_a_recording_of_nothing_says_so(host, now):
    recording = recorded_space(host=host, parts=[], ended_at=now, stretches=[(0, 5_000)])

    assert recordings_mix(now=now) == 0

    recording.refresh_from_db()
    assert (recording.state, recording.trouble) == (Recording.State.FAILED, "empty")
    assert Notification.objects.get(user=host).data["text"] == "No sound was recorded."


def test_what_fails_is_tried_again_and_given_up_in_the_end(host, now, settings):
    recording = recorded_space(host=host, parts=[Part(host, 0, spoken("maya"))], ended_at=now)
    recording.tracks.update(file="gone")
    moment = now

    for wait in [*settings.RECORDING_MIX_RETRY_SECONDS, 0]:
        recording.refresh_from_db()
        assert recording.state == Recording.State.PROCESSING
        recordings_mix(now=moment)
        moment += timedelta(seconds=wait + 1)

    recording.refresh_from_db()
    assert (recording.state, recording.trouble) == (Recording.State.FAILED, "mix_failed")
