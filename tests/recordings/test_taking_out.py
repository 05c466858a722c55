"""Parts are taken out, recordings deleted and expired: nothing of them is left in the storage."""

from datetime import timedelta

import numpy as np
import pytest
from django.core.files.base import ContentFile

from recordings.errors import NothingOfYours, RecordingNotFound, RecordingRuns
from recordings.models import CaptionLine, Clip, DoomedFile, Recording, RecordingConsent
from recordings.services.files import file_open, file_reserve, files_delete, new_name, recordings_storage
from recordings.services.mixing import recordings_mix
from recordings.services.recording import recording_start
from recordings.services.taking_out import recording_delete, recording_part_remove, recordings_expire
from recordings.sound import SAMPLE_RATE
from recordings.sound.reading import TrackReader
from social.models import Notification
from spaces_project.lib.errors import NotAllowed
from tests.audio.likeness import likeness
from tests.recordings.making import Part, ready_recording, spoken

pytestmark = pytest.mark.django_db


def clip_of(recording: Recording, starts_at_ms: int, by) -> Clip:
    """A clip of a second, with files."""
    names = {
        kind: recordings_storage().save(new_name(recording.space_id, "clip", kind), ContentFile(b"sound"))
        for kind in ("mp3", "mp4", "jpg")
    }
    return Clip.objects.create(
        space=recording.space,
        by=by,
        state=Clip.State.READY,
        starts_at_ms=starts_at_ms,
        duration_ms=1_000,
        audio=names["mp3"],
        video=names["mp4"],
        poster=names["jpg"],
        expires_at=recording.space.ended_at + timedelta(days=30),
    )


@pytest.fixture
def recording(host, speaker, now):
    parts = [Part(host, 1_000, spoken("maya"), "welcome"), Part(speaker, 4_500, spoken("sam"), "thank you")]
    recording = ready_recording(host=host, parts=parts, ended_at=now - timedelta(hours=1))
    RecordingConsent.objects.create(space=recording.space, user=speaker, given_with="request")
    return recording


def test_a_speaker_takes_their_part_out_for_good(recording, host, speaker, outsider, now, kept):
    mine, other = clip_of(recording, 5_000, host), clip_of(recording, 1_500, host)
    before = recording.mix

    recording_part_remove(space=recording.space, user=speaker, now=now)

    recording.refresh_from_db()
    # Until it is made anew there is no replay.
    assert (recording.state, recording.mix, recording.revision) == ("processing", "", 2)
    recordings_mix(now=now)
    files_delete(now=now)
    recording.refresh_from_db()
    assert recording.state == "ready"
    with file_open(recording.mix) as file:
        sound = TrackReader(file).read(0, 7 * SAMPLE_RATE)
    assert likeness(spoken("maya"), 32767 * sound[: 4 * SAMPLE_RATE]) > 0.8
    assert np.max(np.abs(sound[int(4.4 * SAMPLE_RATE) :])) < 0.01
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.state, mine.audio, other.state) == ("deleted", "", "ready")
    assert list(CaptionLine.objects.filter(removed_at__isnull=True).values_list("text", flat=True)) == [
        "welcome"
    ]
    assert not CaptionLine.objects.filter(text="thank you").exists()
    assert not RecordingConsent.objects.filter(user=speaker).exists()
    (track,) = recording.tracks.filter(removed_at__isnull=True)
    assert set(kept()) == {
        recording.space_id.hex,
        recording.mix,
        track.file,
        other.audio,
        other.video,
        other.poster,
    }
    assert before not in kept()
    assert Notification.objects.filter(user=host, data__line__startswith="A Speaker took their part").exists()
    for nobody in (speaker, outsider):
        with pytest.raises(NothingOfYours):
            recording_part_remove(space=recording.space, user=nobody, now=now)


@pytest.mark.parametrize("how", ["host", "staff", "expiry", "host_account"])
def test_a_recording_that_goes_leaves_nothing(how, recording, host, staff, now, kept):
    clip_of(recording, 1_500, host)
    assert len(kept()) == 7
    later = now + timedelta(days=30)

    match how:
        case "host":
            recording_delete(space=recording.space, by=host, now=now)
            recording_delete(space=recording.space, by=host, now=now)
        case "staff":
            recording_delete(space=recording.space, by=staff, as_staff=True, now=now)
        case "expiry":
            assert recordings_expire(now=recording.expires_at - timedelta(seconds=1)) == 0
            assert recordings_expire(now=recording.expires_at) == 1
        case "host_account":
            host.delete()
    files_delete(now=later)

    assert kept() == []
    assert not DoomedFile.objects.exists()
    assert not CaptionLine.objects.exclude(text="").exists()
    if how != "host_account":
        assert Recording.objects.get().state == "deleted"


def test_a_speakers_account_takes_its_parts_along(recording, speaker, now, kept):
    speaker.delete()
    recordings_mix(now=now + timedelta(seconds=9))
    files_delete(now=now + timedelta(seconds=9))
    recording.refresh_from_db()
    (track,) = recording.tracks.filter(removed_at__isnull=True)
    assert set(kept()) == {recording.space_id.hex, recording.mix, track.file}


def test_what_is_kept_does_not_expire_and_the_host_is_warned_once_before(recording, host, now):
    soon = recording.expires_at - timedelta(days=2)
    for moment in (recording.expires_at - timedelta(days=4), soon, soon + timedelta(hours=1)):
        recordings_expire(now=moment)
    told = Notification.objects.filter(user=host, event="expiring")
    assert [one.data["line"] for one in told] == ["The replay of “A recorded Space” will soon be deleted"]

    Recording.objects.update(kept=True)
    assert recordings_expire(now=recording.expires_at + timedelta(days=400)) == 0


def test_only_the_host_deletes_and_not_while_it_is_on(space, host, speaker, at):
    with pytest.raises(RecordingNotFound):
        recording_delete(space=space, by=host, now=at(1))
    recording_start(space=space, by=host, now=at(1))
    with pytest.raises(NotAllowed):
        recording_delete(space=space, by=speaker, now=at(2))
    with pytest.raises(RecordingRuns):
        recording_delete(space=space, by=host, now=at(2))


def test_a_file_whose_writer_died_before_it_was_named_is_deleted_within_the_hour(space, now, kept):
    name = new_name(space.pk, "mix", "mp3")
    file_reserve(name, now=now)
    recordings_storage().save(name, ContentFile(b"sound"))
    files_delete(now=now + timedelta(minutes=59))
    assert name in kept()
    files_delete(now=now + timedelta(minutes=61))
    assert kept() == []
