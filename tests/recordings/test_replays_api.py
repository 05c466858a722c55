"""Replays over REST, what was said found by its words, plays and reactions."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services.blocks import person_block
from recordings.chapters import chapters
from recordings.models import CaptionLine, Play, ReactionSlice, Recording
from recordings.selectors.search import said_found
from recordings.services.plays import plays_forget, replay_played
from recordings.services.reactions import reactions_note
from recordings.transcripts import Line, srt, txt, vtt
from rooms import reactions
from rooms.models import Participation, RoomMessage
from rooms.selectors.search import asked
from tests.rooms.finding import replayed

pytestmark = pytest.mark.django_db
GUEST = AnonymousUser()


def say(space, user, at_ms, text):
    return CaptionLine.objects.create(
        space=space, user=user, speaker_name=user.display_name, starts_at_ms=at_ms, ends_at_ms=at_ms + 2_000,
        text=text, language="en", engine="test",
    )  # fmt: skip


@pytest.fixture
def space(host, now):
    """A Space that can be heard again; it was recorded from second 10 to 40 and from 100 on."""
    space = replayed(host, "About boats", at=now - timedelta(hours=1))
    recording = space.recording
    recording.stretches.create(starts_at_ms=10_000, ends_at_ms=40_000)
    recording.stretches.create(starts_at_ms=100_000, ends_at_ms=160_000)
    recording.duration_ms = 90_000
    recording.save()
    return space


def test_files_of_a_transcript():
    lines = [
        Line(1, 7, "Maya <3> Kim", 0, 1_500, "One --> two & three"),
        Line(2, 7, "Maya <3> Kim", 2_000, 2_000, "and\n\nmore"),
        Line(3, 8, "Sam", 3_723_004, 3_724_000, "Yes."),
    ]
    assert vtt("A\n\ntitle --> b", lines) == (
        "WEBVTT\n\nNOTE A title → b\n\n"
        "00:00:00.000 --> 00:00:01.500\n<v Maya &lt;3&gt; Kim>One --&gt; two &amp; three\n\n"
        "00:00:02.000 --> 00:00:02.001\n<v Maya &lt;3&gt; Kim>and more\n\n"
        "01:02:03.004 --> 01:02:04.000\n<v Sam>Yes.\n"
    )
    assert srt("", lines).startswith(
        "1\n00:00:00,000 --> 00:00:01,500\nMaya <3> Kim: One → two & three\n\n2\n"
    )
    assert txt("Boats", lines) == (
        "Boats\n\n00:00  Maya <3> Kim\nOne --> two & three and more\n\n1:02:03  Sam\nYes.\n"
    )


def test_chapters_begin_where_somebody_else_stays_at_it():
    lines = [
        Line(1, 1, "Maya", 500, 20_000, "Good morning and welcome to the show"),
        Line(2, 2, "Sam", 21_000, 22_000, "Right"),
        Line(3, 1, "Maya", 23_000, 60_000, "As I said"),
        Line(4, 2, "Sam", 61_000, 90_000, "Now to boats"),
        Line(5, 1, "Maya", 91_000, 97_000, "Which ones are they then"),
    ]
    assert [(one.starts_ms, one.title) for one in chapters(lines)] == [
        (0, "Maya: Good morning and welcome to the…"),
        (61_000, "Sam: Now to boats"),
        (91_000, "Maya: Which ones are they then"),
    ]
    assert chapters([]) == []


def test_a_replay_with_all_that_belongs_to_it(api, space, host, listener, now):
    say(space, host, 2_000, "Before the recording")
    say(space, host, 12_000, "Hello everybody")
    say(space, listener, 105_000, "Hello to you")
    at = space.started_at + timedelta(seconds=101)
    RoomMessage.objects.create(space=space, author=listener, text="I am here", created_at=at)
    RoomMessage.objects.create(space=space, author=listener, text="Held", created_at=at, held_at=now)
    ReactionSlice.objects.create(space=space, starts_at_ms=110_000, taps={"❤️": 3}, totals={"❤️": 3})
    path = f"/api/v1/spaces/{space.pk}/replay/"
    client = api(listener)

    found = client.get(path).json()

    assert (found["title"], found["duration_ms"], found["plays"]) == ("About boats", 90_000, 0)
    assert found["audio"]["url"].startswith("/recordings/")
    assert found["chapters"] == [{"starts_ms": 0, "title": "The Host: Hello everybody"}]
    assert found["may_clip"] is True
    lines = client.get(path + "transcript/").json()
    assert [(one["name"], one["starts_ms"], one["text"]) for one in lines] == [
        ("The Host", 2_000, "Hello everybody"),
        ("A Listener", 35_000, "Hello to you"),
    ]
    moments = client.get(path + "moments/").json()
    assert [(one["at_ms"], one["text"]) for one in moments["messages"]] == [(31_000, "I am here")]
    assert moments["reactions"] == [{"at_ms": 40_000, "taps": {"❤️": 3}}]
    assert api(None).get("/api/v1/replays/").json()["results"][0]["space"] == str(space.pk)
    assert api(None).get(f"/api/v1/replays/?host={host.handle}").json()["results"]
    assert api(None).get("/api/v1/spaces/").json()["results"][0]["replay"]["duration_ms"] == 90_000


def test_the_host_alone_changes_it(api, space, host, listener):
    path = f"/api/v1/spaces/{space.pk}/replay/"
    client = api(host)
    changed = client.patch(path, {"title": " New   title ", "trimmed_ms": 5_010, "kept": True}).json()
    assert (changed["title"], changed["trimmed_ms"], changed["kept"]) == ("New title", 4_992, True)
    assert changed["expires_at"] is None
    assert client.patch(path, {"kept": False}).json()["expires_at"]
    for wrong in (
        {"trimmed_ms": 90_000},
        {"trimmed_ms": -1},
        {"trimmed_ms": 2**40},
        {"title": "x" * 71},
        {"title": "\0"},
    ):
        answer = client.patch(path, wrong)
        assert answer.status_code in (200, 400), wrong
        assert "\0" not in answer.content.decode()
    assert api(listener).patch(path, {"title": "Mine"}).json()["code"] == "space.not_host"
    assert api(listener).get(path + "downloads/").json()["code"] == "space.not_host"
    assert api(None).patch(path, {}).status_code == 401
    assert client.get(path + "downloads/").json()[0]["what"] == "mix"


def test_everybody_counts_once_a_day(api, space, host, listener, now):
    path = f"/api/v1/spaces/{space.pk}/replay/plays/"
    counted = [api(user).post(path).json()["counted"] for user in (listener, listener, None, None, host)]
    assert counted == [True, False, True, False, False]
    space.recording.refresh_from_db()
    assert space.recording.plays == 2
    tomorrow = now + timedelta(days=1)
    recording = Recording.objects.select_related("space").get()
    assert replay_played(recording=recording, viewer=listener, address="", now=tomorrow)
    assert {len(play.listener) for play in Play.objects.all()} == {64}
    assert plays_forget(now=now + timedelta(days=2)) == 2


def test_taps_are_kept_in_sums(space, host, now, at):
    space.recording.state = Recording.State.ON
    space.recording.save()
    space.state, space.ended_at, space.end_reason, space.started_at = "live", None, "", now
    space.save()
    reactions.add(space.pk, "❤️")
    assert reactions_note(now=at(1)) == 1  # what was tapped before is none of the recording's
    for _ in range(3):
        reactions.add(space.pk, "❤️")
    reactions.add(space.pk, "😂")
    with CaptureQueriesContext(connection) as counted:
        assert reactions_note(now=at(7)) == 1
    assert len(counted) == 3
    assert reactions_note(now=at(12)) == 0
    assert reactions_note(now=at(13)) == 0
    [_, kept] = ReactionSlice.objects.order_by("pk")
    assert (kept.starts_at_ms, kept.taps) == (5_000, {"❤️": 3, "😂": 1})


class TestSaid:
    """Search in transcripts."""

    def find(self, words, viewer=GUEST, **more):
        return said_found(asked(words), viewer=viewer, **({"cursor": "", "limit": 20} | more))

    def texts(self, words, viewer=GUEST):
        return [one.line.text for one in self.find(words, viewer)[0]]

    def test_lines_with_every_word_newest_first(self, space, host, listener, api):
        for text in ("Boats are slow", "We like slow boats", "Cars are slow"):
            say(space, host, 12_000, text)
        say(space, host, 50_000, "Slow boats that were not recorded")
        gone = say(space, host, 13_000, "Slow boats taken out")
        gone.removed_at = space.ended_at
        gone.save()
        assert self.texts("slow boats") == ["We like slow boats", "Boats are slow"]
        assert self.texts("BOAT") == ["We like slow boats", "Boats are slow"]
        assert self.texts("") == self.texts("…") == []
        answer = api(None).get("/api/v1/search/transcripts/?q=slow+boats&limit=1").json()
        assert (answer["results"][0]["text"], answer["results"][0]["at_ms"]) == ("We like slow boats", 2_000)
        rest = api(None).get(answer["next"]).json()
        assert [one["text"] for one in rest["results"]] == ["Boats are slow"]
        assert api(None).get("/api/v1/search/transcripts/?q=").status_code == 400
        assert api(None).get("/api/v1/search/transcripts/?q=a&cursor=x").json()["code"] == "cursor.invalid"
        page = api(listener).get("/search/?q=boats&kind=said").content.decode()
        assert f"/spaces/{space.pk}/?t=2" in page

    def test_only_of_what_one_may_hear(self, space, host, listener, outsider, cohost, now, settings):
        say(space, host, 12_000, "Boats")
        assert self.texts("boats", listener) == ["Boats"]
        person_block(owner=host, person=listener, now=now)
        Participation.objects.create(space=space, user=outsider, left_at=now, removed_at=now)
        assert self.texts("boats", listener) == self.texts("boats", outsider) == []
        settings.REPLAYS_KEPT_FROM = ["tests.recordings.test_replays_api.all_of_them"]
        assert self.texts("boats", cohost) == []
        settings.REPLAYS_KEPT_FROM = []
        Recording.objects.update(expires_at=now - timedelta(days=1))
        assert self.texts("boats", cohost) == []

    def test_the_same_queries_for_any_number(self, host, listener, now):
        def more(count):
            for number in range(count):
                one = replayed(host, at=now - timedelta(hours=number + 1))
                one.recording.stretches.create(starts_at_ms=0, ends_at_ms=60_000)
                say(one, host, 1_000, "Boats again")

        def queries():
            with CaptureQueriesContext(connection) as counted:
                self.find("boats", listener)
            return len(counted)

        more(2)
        few = queries()
        more(12)
        assert queries() == few == 3


def all_of_them(viewer):
    return Recording.objects.values("space_id")
