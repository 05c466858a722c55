"""The page of a Space that can be heard again, its files, and what the host does about it."""

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.services.blocks import person_block
from recordings.links import link_to
from recordings.models import CaptionLine, Recording
from recordings.services.files import files_delete
from recordings.services.mixing import recording_mix_wanted
from recordings.sound.reading import TrackReader
from rooms.models import Participation
from spaces_project.lib.errors import NotAllowed
from tests.audio.likeness import likeness
from tests.recordings.making import spoken

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(recording):
    """`page(user)` is the page of the replay as somebody sees it."""

    def get(user=None, query=""):
        client = Client()
        if user:
            client.force_login(user)
        return client.get(f"/spaces/{recording.space_id}/{query}")

    return get


def sound_of(page):
    """The address that the page's player plays."""
    return page.context["audio"].url


def test_a_space_that_was_recorded_can_be_heard_again(page, recording, client):
    answer = page(query="?t=4")

    assert answer.status_code == 200
    assert answer.templates[0].name == "recordings/replay.html"
    body = answer.content.decode()
    assert f'data-replay="{recording.space_id}"' in body
    assert 'data-replay-start="4"' in body
    heard = client.get(sound_of(answer))
    assert heard.status_code == 200
    assert heard.headers["Content-Type"] == "audio/mpeg"
    assert len(heard.getvalue()) == recording.size_bytes


RANGES = [
    ("bytes=0-", 206, slice(0, None)),
    ("bytes=100-199", 206, slice(100, 200)),
    ("bytes=-50", 206, slice(-50, None)),
    ("bytes=999999999-", 416, None),
    ("bytes=-0", 416, None),
    ("bytes=9-3", 200, slice(0, None)),
    ("bytes=0-1,5-9", 200, slice(0, None)),
    ("pages=1-2", 200, slice(0, None)),
]


def test_a_player_asks_for_parts(page, client):
    url = sound_of(page())
    whole = client.get(url).getvalue()
    for asked, status, sent in RANGES:
        part = client.get(url, headers={"Range": asked})

        assert part.status_code == status, asked
        if sent is None:
            assert part.headers["Content-Range"] == f"bytes */{len(whole)}"
            continue
        assert part.getvalue() == whole[sent], asked
        assert int(part.headers["Content-Length"]) == len(whole[sent])
        if status == 206:
            start = range(len(whole))[sent][0]
            ends = start + len(whole[sent]) - 1
            assert part.headers["Content-Range"] == f"bytes {start}-{ends}/{len(whole)}"


def test_who_has_the_file_is_told_so(page, client):
    url = sound_of(page())
    first = client.get(url)
    etag, whole = first.headers["ETag"], first.getvalue()

    known = client.get(url, headers={"If-None-Match": etag})
    assert known.status_code == 304
    other = client.get(url, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert other.getvalue() == whole
    head = client.head(url, headers={"Range": "bytes=0-9"})
    assert (head.status_code, head.headers["Content-Length"]) == (206, "10")


def test_links_expire_and_cannot_be_made_up(recording, client, now):
    old = link_to("mix", recording.pk, revision=recording.revision, now=now - timedelta(hours=7))
    good = link_to("mix", recording.pk, revision=recording.revision, now=now)

    assert client.get(old.url).status_code == 410
    assert client.get(good.url[:-3] + "abc").status_code == 404
    assert client.get("/recordings/nothing").status_code == 404
    recording_mix_wanted(Recording.objects.get(), now=now)
    assert client.get(good.url).status_code == 404


def test_who_may_not_hear_it_does_not(page, recording, host, listener, outsider, now, settings):
    removed = Participation.objects.create(space=recording.space, user=listener, left_at=now, removed_at=now)
    assert page(removed.user).templates[0].name == "rooms/space_ended.html"
    person_block(owner=host, person=outsider, now=now)
    assert page(outsider).status_code == 404
    public = f"/spaces/{recording.space_id}/replay.mp3"
    assert Client().get(public).getvalue()

    settings.REPLAY_GATES = ["tests.recordings.test_replay_pages.nobody"]
    refused = page()
    assert "Only for those who were there." in refused.content.decode()
    assert "data-replay=" not in refused.content.decode()
    assert Client().get(public).status_code == 403
    assert page(host).context["audio"]


def nobody(space, viewer):
    return NotAllowed("Only for those who were there.", code="test.gate")


def test_it_is_public_for_its_days_and_longer_if_it_is_kept(page, recording, host, now):
    Recording.objects.update(expires_at=now - timedelta(minutes=1))

    assert page().templates[0].name == "rooms/space_ended.html"
    assert "about to be deleted" in page(host).content.decode()
    client = Client()
    client.force_login(host)
    client.post(f"/spaces/{recording.space_id}/replay/keep/", {"keep": "1"})
    assert page().context["is_ready"]
    client.post(f"/spaces/{recording.space_id}/replay/keep/", {"keep": "0"})
    recording.refresh_from_db()
    assert not recording.kept
    assert recording.expires_at > timezone.now() + timedelta(hours=23)


def test_the_host_sees_how_far_it_is_and_others_that_they_have_to_wait(page, recording, host):
    Recording.objects.update(state=Recording.State.PROCESSING, progress=42)

    assert 'value="42"' in page(host).content.decode()
    assert "Come back in a few minutes" in page().content.decode()
    Recording.objects.update(state=Recording.State.FAILED, trouble="empty")
    assert "No sound was recorded" in page(host).content.decode()
    assert page().templates[0].name == "rooms/space_ended.html"


def test_what_is_trimmed_is_sent_to_nobody(page, recording, host, client):
    owner = Client()
    owner.force_login(host)
    whole = client.get(sound_of(page())).getvalue()
    lasted = recording.duration_ms

    # Maya speaks from second 1 on, Sam from second 4.
    answer = owner.post(f"/spaces/{recording.space_id}/replay/edit/", {"title": "Sam alone", "start": "3"})

    assert answer.status_code == 302
    recording.refresh_from_db()
    assert recording.trimmed_ms == 3_000
    answer = page()
    assert answer.context["title"] == "Sam alone"
    assert answer.context["duration_ms"] == lasted - 3_000
    rest = client.get(sound_of(answer)).getvalue()
    assert rest == whole[-len(rest) :]
    assert len(rest) * 8 / 64 == pytest.approx(lasted - 3_000, abs=100)
    assert client.get(f"/spaces/{recording.space_id}/replay.mp3").getvalue() == rest
    sound = TrackReader(io.BytesIO(rest)).read(0, 48_000 * (lasted - 3_000) // 1000)
    assert likeness(spoken("sam"), 32767 * sound) > 0.7 > likeness(spoken("maya"), 32767 * sound)


def test_what_the_host_typed_wrongly_stays_in_the_form(recording, host, listener):
    client = Client()
    client.force_login(host)
    answer = client.post(f"/spaces/{recording.space_id}/replay/edit/", {"title": "x" * 71, "start": "0"})
    assert answer.status_code == 400
    assert "x" * 71 in answer.content.decode()
    assert (
        client.post(f"/spaces/{recording.space_id}/replay/edit/", {"title": "", "start": "9999"}).status_code
        == 400
    )
    client.force_login(listener)
    for what in ("edit", "delete", "downloads"):
        assert client.get(f"/spaces/{recording.space_id}/replay/{what}/").status_code == 403
    assert client.post(f"/spaces/{recording.space_id}/replay/delete/").status_code == 403


def test_the_host_saves_the_mix_each_track_and_the_transcript(recording, host, speaker):
    CaptionLine.objects.create(
        space=recording.space, user=speaker, speaker_name="A Speaker", starts_at_ms=4_000, ends_at_ms=5_500,
        text="Thank you", language="en", engine="test",
    )  # fmt: skip
    client = Client()
    client.force_login(host)

    answer = client.get(f"/spaces/{recording.space_id}/replay/downloads/")

    found = answer.context["downloads"]
    assert [one["what"] for one in found] == ["mix", "track", "track"]
    for one in found:
        saved = client.get(one["link"].url)
        assert saved.headers["Content-Disposition"].startswith('attachment; filename="a-recorded-space')
        assert len(saved.getvalue()) == one["size_bytes"]
    text = client.get(f"/spaces/{recording.space_id}/transcript.srt?save")
    assert text.headers["Content-Disposition"] == 'attachment; filename="a-recorded-space.srt"'
    assert text.content.decode() == "1\n00:00:04,000 --> 00:00:05,500\nA Speaker: Thank you\n"
    assert client.get(f"/spaces/{recording.space_id}/transcript.doc").status_code == 404


def test_deleting_leaves_nothing_behind(recording, host, kept, page):
    client = Client()
    client.force_login(host)
    CaptionLine.objects.create(
        space=recording.space, user=host, speaker_name="Host", starts_at_ms=0, ends_at_ms=1, text="Hello",
        language="en", engine="test",
    )  # fmt: skip
    url = sound_of(page())
    assert "Delete for good" in client.get(f"/spaces/{recording.space_id}/replay/delete/").content.decode()

    client.post(f"/spaces/{recording.space_id}/replay/delete/")

    files_delete(now=timezone.now())
    assert kept() == []
    assert Client().get(url).status_code == 404
    assert page(host).templates[0].name == "rooms/space_ended.html"
    assert not CaptionLine.objects.exclude(text="").exists()
    assert client.post(f"/spaces/{recording.space_id}/replay/delete/").status_code == 404


def test_lists_say_what_can_be_heard_again(recording, host, listener):
    client = Client()
    client.force_login(listener)
    where = ["/spaces/?tab=replays", f"/@{host.handle}/?tab=spaces", "/search/?q=recorded"]
    for path in where:
        assert "Replay</span>" in client.get(path).content.decode(), path
    Recording.objects.update(state=Recording.State.FAILED)
    assert "No replays yet" in client.get(where[0]).content.decode()
    for path in where[1:]:
        assert "Replay</span>" not in client.get(path).content.decode()
