"""The podcast of a host: what the feed says, and that the rules of feeds hold."""

import io
import xml.etree.ElementTree as ET
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image

from accounts.services import suspension_set
from recordings.models import CaptionLine, Recording
from recordings.services.replays import replay_edit
from tests.recordings.podcast_rules import PODCAST, problems
from tests.rooms.finding import replayed

pytestmark = pytest.mark.django_db


@pytest.fixture
def feed(host, client):
    """`feed()` is the answer for the host's podcast."""
    return lambda **headers: client.get(f"/@{host.handle}/podcast.xml", headers=headers)


def items(answer):
    return ET.fromstring(answer.content).findall("channel/item")


def test_a_feed_that_podcast_apps_take(recording, host, speaker, feed, client):
    CaptionLine.objects.create(
        space=recording.space, user=speaker, speaker_name="A Speaker", starts_at_ms=4_000, ends_at_ms=5_000,
        text="Thank you & welcome", language="en", engine="test",
    )  # fmt: skip

    answer = feed()

    assert answer.headers["Content-Type"] == "application/rss+xml; charset=utf-8"
    assert problems(answer.content) == []
    [item] = items(answer)
    assert item.findtext("title") == "A recorded Space"
    assert item.findtext("guid") == str(recording.space_id)
    enclosure = item.find("enclosure")
    path = urlsplit(enclosure.get("url")).path
    sound = client.get(path)
    assert len(sound.getvalue()) == int(enclosure.get("length"))
    assert sound.headers["Content-Type"] == enclosure.get("type")
    transcripts = {
        one.get("type"): urlsplit(one.get("url")).path for one in item.findall(f"{PODCAST}transcript")
    }
    assert "<v A Speaker>Thank you &amp; welcome" in client.get(transcripts["text/vtt"]).content.decode()
    assert client.get(urlsplit(item.find(f"{PODCAST}chapters").get("url")).path).json()["chapters"] == [
        {"startTime": 0.0, "title": "A Speaker: Thank you & welcome"}
    ]
    artwork = client.get(f"/@{host.handle}/podcast.jpg")
    assert Image.open(io.BytesIO(artwork.content)).size == (1400, 1400)
    profile = client.get(f"/@{host.handle}/").content.decode()
    assert (
        f'type="application/rss+xml" title="The Host on Spaces" href="{settings.SITE_URL}/@{host.handle}/'
        in profile
    )


def test_the_checker_sees_what_is_wrong(recording, feed):
    good = feed().content.decode()
    assert problems(good.encode()) == []
    for broken, word in [
        (good.replace("<guid", "<was").replace("</guid", "</was"), "no guid"),
        (good.replace('type="audio/mpeg"', 'type="audio/ogg"'), "type"),
        (good.replace("<language>en", "<language>English"), "language"),
        (good.replace("podcast.jpg", "podcast.gif"), "itunes:image"),
        (good.replace("Society &amp; Culture", "Everything"), "itunes:category"),
    ]:
        assert broken != good
        assert any(word in problem for problem in problems(broken.encode())), word


def test_who_has_it_is_told_so_until_it_changes(recording, feed, host):
    first = feed()
    etag, since = first.headers["ETag"], first.headers["Last-Modified"]

    assert feed(if_none_match=etag).status_code == 304
    assert feed(if_modified_since=since).status_code == 304
    replay_edit(recording=recording, by=host, title="Another title", trimmed_ms=1_000)
    changed = feed(if_none_match=etag)
    assert changed.status_code == 200
    [item] = items(changed)
    assert item.findtext("title") == "Another title"
    assert int(item.find("enclosure").get("length")) < recording.size_bytes
    assert problems(changed.content) == []


def test_only_what_everybody_may_hear_is_in_it(host, feed, now, monkeypatch, django_assert_num_queries):
    for number in range(12):
        replayed(host, f"Number {number}", at=now - timedelta(hours=number + 1))
    with django_assert_num_queries(3):
        answer = feed()
    assert len(items(answer)) == 12
    kept_from = Recording.objects.get(space__title="Number 3")
    monkeypatch.setattr(settings, "REPLAYS_KEPT_FROM", ["tests.recordings.test_podcast.number_three"])
    Recording.objects.filter(space__title="Number 4").update(expires_at=now)
    titles = [item.findtext("title") for item in items(feed())]
    assert kept_from.space.title not in titles
    assert "Number 4" not in titles
    assert len(titles) == 10
    suspension_set(user=host, suspended=True)
    assert feed().status_code == 404
    assert Client().get("/@nobody_at_all/podcast.xml").status_code == 404


def number_three(viewer):
    return Recording.objects.filter(space__title="Number 3").values("space_id")
