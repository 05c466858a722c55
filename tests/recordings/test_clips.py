"""Clips: cut out of a replay or of what was just said, made by a worker, seen, shared, and gone without a trace."""

from datetime import timedelta

import av
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.services.blocks import person_block
from recordings.models import CaptionLine, Clip, Recording
from recordings.services import clip_making
from recordings.services.clip_making import clips_make, cut
from recordings.services.clips import clip_create, clip_create_live, clip_delete, clips_expire
from recordings.services.files import file_open, files_delete
from recordings.services.replays import replay_edit
from recordings.services.taking_out import recording_part_remove
from recordings.services.tracks import spool_file
from recordings.sound.reading import TrackReader
from rooms.models import Space
from tests.audio.likeness import likeness
from tests.pages.test_policy import check
from tests.recordings.making import spoken, write_track

pytestmark = pytest.mark.django_db


@pytest.fixture
def clip(recording, listener, now):
    """A clip of what the speaker says, from second 3 on, that is made."""
    made = clip_create(recording=recording, by=listener, starts_ms=3_000, caption="Good to be here", now=now)
    assert clips_make(now=now) == 1
    made.refresh_from_db()
    return made


def sound_of(clip):
    with file_open(clip.audio) as file:
        return 32767 * TrackReader(file).read(0, 48 * clip.duration_ms)


def gone(now):
    files_delete(now=timezone.now() + timedelta(days=31))


def test_a_clip_has_sound_a_video_and_a_picture(clip, recording, kept):
    assert clip.state == Clip.State.READY
    assert clip.duration_ms == recording.duration_ms - 3_000
    assert clip.expires_at == clip.created_at + timedelta(days=30)
    sound = sound_of(clip)
    assert likeness(spoken("sam"), sound) > 0.7
    assert likeness(spoken("maya"), sound) < 0.6
    with file_open(clip.video) as file, av.open(file) as film:
        assert [stream.codec_context.name for stream in film.streams] == ["h264", "aac"]
        frames = [frame.to_ndarray(format="gray").astype(int) for frame in film.decode(video=0)]
    assert len(frames) == pytest.approx(clip.duration_ms / 100, abs=1)
    # The waveform fills: the last picture is brighter than the first.
    assert frames[-1][462:558].sum() > frames[0][462:558].sum()
    assert {name for name in kept() if "clip-" in name} == {clip.audio, clip.video, clip.poster}


def test_its_page_its_files_and_where_it_is_shown(clip, recording, host, listener, outsider):
    client, path = Client(), f"/clips/{clip.pk}/"
    page = client.get(path)
    assert f'property="og:video" content="{settings.SITE_URL}{path}clip.mp4"' in page.content.decode()
    part = client.get(f"{path}clip.mp4", headers={"Range": "bytes=0-99"})
    assert (part.status_code, len(part.getvalue())) == (206, 100)
    assert client.get(f"{path}clip.jpg").getvalue()[:3] == b"\xff\xd8\xff"
    assert client.get(f"{path}clip.mp3").getvalue()[:3] == b"ID3"
    assert client.get(f"{path}clip.exe").status_code == 404
    assert "Good to be here" in client.get(f"/spaces/{recording.space_id}/").content.decode()
    found = client.get(f"/api/v1/spaces/{recording.space_id}/clips/").json()["results"]
    assert [(one["caption"], one["video"]) for one in found] == [("Good to be here", f"{path}clip.mp4")]
    plays = [client.post(f"/api/v1{path}plays/").json()["counted"] for _ in range(2)]
    assert plays == [True, False]

    client.force_login(outsider)
    assert client.post(f"{path}delete/").status_code == 403
    assert client.delete(f"/api/v1{path}").json()["code"] == "clip.not_yours"
    person_block(owner=outsider, person=listener, now=timezone.now())
    assert client.get(path).status_code == 404
    assert client.get(f"{path}clip.mp4").status_code == 404


def test_every_page_of_a_replay_is_sound(clip, recording, host, client):
    check(client.get(f"/spaces/{recording.space_id}/"))
    check(client.get(f"/clips/{clip.pk}/"))
    client.force_login(host)
    of_space = ("", "replay/edit/", "replay/delete/", "replay/downloads/", "clips/new/?t=3")
    of_clip = (f"/clips/{clip.pk}/", f"/clips/{clip.pk}/delete/")
    for path in [f"/spaces/{recording.space_id}/{one}" for one in of_space] + list(of_clip):
        check(client.get(path))
    wrong = client.post(f"/spaces/{recording.space_id}/clips/new/", {"t": "1", "caption": "x" * 141})
    assert wrong.status_code == 400
    assert check(wrong).all(class_="field__error")
    Recording.objects.update(state=Recording.State.PROCESSING)
    check(client.get(f"/spaces/{recording.space_id}/"))


@pytest.mark.parametrize("how", ["maker", "host", "expiry", "speaker", "replay"])
def test_it_goes_without_a_trace(clip, recording, host, listener, speaker, kept, how, now):
    match how:
        case "maker" | "host":
            clip_delete(clip=clip, by=listener if how == "maker" else host, now=now)
        case "expiry":
            assert clips_expire(now=now + timedelta(days=29)) == 0
            assert clips_expire(now=now + timedelta(days=30)) == 1
        case "speaker":
            recording_part_remove(space=recording.space, user=speaker, now=now)
        case "replay":
            client = Client()
            client.force_login(host)
            client.delete(f"/api/v1/spaces/{recording.space_id}/recording/")
    clip.refresh_from_db()
    assert (clip.state, clip.audio, clip.video, clip.poster) == (Clip.State.DELETED, "", "", "")
    gone(now)
    assert [name for name in kept() if "clip-" in name] == []
    assert Client().get(f"/clips/{clip.pk}/").status_code == 404


def test_what_a_dead_worker_left_is_found(recording, listener, now, kept, monkeypatch):
    clip_create(recording=recording, by=listener, starts_ms=3_000, now=now)

    class Killed(BaseException):
        pass

    keep = clip_making.file_keep

    def die(local, name):
        if name.endswith(".jpg"):
            raise Killed
        return keep(local, name)

    monkeypatch.setattr(clip_making, "file_keep", die)
    with pytest.raises(Killed):
        clips_make(now=now)
    monkeypatch.setattr(clip_making, "file_keep", keep)

    assert clips_make(now=now + timedelta(seconds=30)) == 0
    assert clips_make(now=now + timedelta(seconds=90)) == 1
    gone(now)
    assert len([name for name in kept() if "clip-" in name]) == 3


def test_what_cannot_be_made_is_given_up(recording, listener, now, kept):
    clip = clip_create(recording=recording, by=listener, starts_ms=3_000, now=now)
    Recording.objects.update(mix="gone.mp3")
    for minutes in range(5):
        clips_make(now=now + timedelta(minutes=2 * minutes))
    clip.refresh_from_db()
    assert clip.state == Clip.State.FAILED
    client = Client()
    client.force_login(listener)
    assert "could not be made" in client.get(f"/clips/{clip.pk}/").content.decode()
    gone(now)
    assert [name for name in kept() if "clip-" in name] == []


def test_who_may_cut(recording, host, listener, api, now, limit):
    path = f"/api/v1/spaces/{recording.space_id}/clips/"
    assert api(None).post(path, {"starts_ms": 0}).status_code == 401
    client = api(listener)
    for wrong in ({"starts_ms": 99_999_999}, {"starts_ms": -1}, {"starts_ms": "x"}, {"starts_ms": 2**40}):
        assert client.post(path, wrong).status_code == 400, wrong
    assert client.post(path, {"starts_ms": 0, "caption": "x" * 141}).json()["fields"]["caption"]
    assert client.post(path, {}).json()["code"] == "space.ended"
    made = client.post(path, {"starts_ms": 1_000, "caption": " a \n b "}).json()
    assert (made["state"], made["caption"], made["video"]) == ("making", "a b", None)
    assert api(None).get(f"/api/v1/clips/{made['id']}/").status_code == 404
    limit("clip.create", account=(1, 60))
    assert client.post(path, {"starts_ms": 0}).status_code == 429
    limit("clip.create")
    Space.objects.update(clips_allowed=False)
    assert client.post(path, {"starts_ms": 0}).json()["code"] == "clip.not_allowed"
    assert api(host).post(path, {"starts_ms": 0}).status_code == 201


def test_what_is_trimmed_is_in_no_clip(recording, host, now):
    # Sam begins at second 4 of the Space: of what is left at second 1.
    replay_edit(recording=recording, by=host, trimmed_ms=3_000)
    recording.refresh_from_db()
    clip = clip_create(recording=recording, by=host, starts_ms=0, now=now)
    assert clip.starts_at_ms == 3_000
    clips_make(now=now)
    clip.refresh_from_db()
    assert likeness(spoken("sam"), sound_of(clip)) > 0.7


def test_of_what_was_just_said(space, host, listener, now, join):
    """While it is live the tracks are read as they are written."""
    join(space, listener)
    recording = Recording.objects.create(space=space, state=Recording.State.ON)
    recording.stretches.create(starts_at_ms=2_000)
    track = recording.tracks.create(user=host, speaker_name="The Host", starts_at_ms=5_000)
    write_track(spool_file(track.pk), spoken("maya"))
    gone = recording.tracks.create(user=host, speaker_name="The Host", starts_at_ms=9_000)
    assert not spool_file(gone.pk).exists()
    CaptionLine.objects.create(
        space=space, user=host, speaker_name="The Host", starts_at_ms=5_000, ends_at_ms=7_000, text="Hello",
        language="en", engine="test",
    )  # fmt: skip
    Space.objects.filter(pk=space.pk).update(started_at=now - timedelta(seconds=10))
    space.refresh_from_db()

    clip = clip_create_live(space=space, by=listener, now=now)

    assert (clip.starts_at_ms, clip.duration_ms) == (2_000, 8_000)
    assert clips_make(now=now) == 0
    assert clips_make(now=now + timedelta(seconds=5)) == 1
    clip.refresh_from_db()
    assert likeness(spoken("maya"), sound_of(clip)) > 0.7


def test_parts_of_what_was_recorded():
    stretches = [(0, 10), (20, 30), (40, 50)]
    assert cut(stretches, 5, 10) == [(5, 10), (20, 25)]
    assert cut(stretches, 12, 100) == [(20, 30), (40, 50)]
    assert cut(stretches, 50, 10) == []


def test_behind_its_flag(recording, listener, api, settings):
    settings.FLAGS = settings.FLAGS | {"clips": settings.FLAGS["clips"]._replace(share=0)}
    path = f"/api/v1/spaces/{recording.space_id}/"
    assert api(listener).post(f"{path}clips/", {"starts_ms": 0}).json()["code"] == "clip.not_allowed"
    assert api(listener).get(f"{path}replay/").json()["may_clip"] is False
