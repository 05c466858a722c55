"""Lines of captions: kept, masked, shown to whoever may hear, taken out, reported."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.services import person_block
from moderation.errors import ReportNotFound
from moderation.models import Act, Evidence
from moderation.selectors.desk import subject_of
from moderation.services.decisions import decide
from moderation.services.reports import report_create
from recordings.engines.base import EngineInfo
from recordings.errors import ClaimLost, LineNotFound
from recordings.models import AgentJob, CaptionLine
from recordings.selectors.captions import captions_for_reader, captions_needed, speaker_in
from recordings.services.captions import caption_add, caption_remove
from recordings.words import MASK, masked
from rooms.errors import GuestsNotAllowed, Removed, SpaceEnded, SpaceLocked, SpaceNotFound
from rooms.models import Space
from rooms.services.control import space_edit, space_lock, space_remove
from rooms.services.lifecycle import space_end
from spaces_project.lib.errors import NotAllowed
from tests.rooms.world import seat

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]

ROUGH = EngineInfo("rough", True, "")
GOOD = EngineInfo("good", False, "")


@pytest.fixture
def job(space, now) -> AgentJob:
    """The worker that writes along in `space`."""
    return AgentJob.objects.create(
        space=space, kind="captions", state="running", worker="me", seen_at=now, dispatch_id="D"
    )


@pytest.fixture
def say(space, job, host, now, committed):
    """`say("hello", 1000)`: the host said so, a second after the start."""

    def said(text, at_ms=0, *, user=host, engine=ROUGH, worker="me") -> CaptionLine | None:
        with committed():
            return caption_add(
                job_id=job.pk,
                worker=worker,
                user_id=user.pk,
                text=text,
                starts_at_ms=at_ms,
                ends_at_ms=at_ms + 900,
                engine=engine,
                now=now,
            )

    return said


class TestKept:
    """caption_add"""

    def test_it_is_kept_with_who_said_it_and_shown_to_those_who_want_it(self, space, host, say, sent):
        line = say(" hello  every\x00one\n", 1500)
        assert (line.text, line.speaker_name, line.user, line.engine) == (
            "hello everyone",
            "The Host",
            host,
            "rough",
        )
        (frame,) = [frame for frame in sent if frame["type"] == "captions.line"]
        assert frame["group"] == f"captions.{space.pk}"
        assert frame["data"] == {
            "id": str(line.pk),
            "user": str(host.pk),
            "name": "The Host",
            "starts_at_ms": 1500,
            "ends_at_ms": 2400,
            "text": "hello everyone",
            "masked": False,
        }

    def test_nothing_is_no_line(self, say, sent):
        assert say(" \u200b ") is None
        assert (CaptionLine.objects.count(), sent.of("captions.line")) == (0, [])

    def test_a_rough_engine_is_masked_whatever_the_host_wants_and_a_good_one_by_choice(
        self, space, host, say, now
    ):
        assert say("what shit is this", engine=GOOD).text == f"what {MASK} is this"
        space_edit(space=space, by=host, captions_masked=False, now=now)
        assert (say("what shit", engine=GOOD).text, say("what shit").text) == ("what shit", f"what {MASK}")
        assert [line.masked for line in CaptionLine.objects.order_by("pk")] == [True, False, True]

    def test_who_has_lost_the_claim_writes_nothing(self, job, say):
        with pytest.raises(ClaimLost):
            say("hello", worker="somebody else")
        job.state = "failed"
        job.save()
        with pytest.raises(ClaimLost):
            say("hello")
        assert not CaptionLine.objects.exists()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Fucking hell", f"{MASK} hell"),
        ("that's BULLSHIT, mate", f"that's {MASK}, mate"),
        ("the arsenal of a classic peacock in scunthorpe", "the arsenal of a classic peacock in scunthorpe"),
        ("assess the bass", "assess the bass"),
        ("an ass’s ear", f"an {MASK} ear"),
        ("ｆｕｃｋ and fúck", f"{MASK} and {MASK}"),
        ("", ""),
    ],
)
def test_words_are_masked_whole_and_only_those(text, shown):
    assert masked(text) == (shown, shown != text)


def test_who_is_written_along(space, host, listener, speaker, join, now):
    join(space, listener)
    seat(space, speaker, "speaker", now)
    assert speaker_in(space_id=space.pk, user_id=speaker.pk).name == "A Speaker"
    assert speaker_in(space_id=space.pk, user_id=listener.pk) is None
    assert list(captions_needed()) == [space.pk]
    space_edit(space=space, by=host, captions_wanted=False, now=now)
    assert speaker_in(space_id=space.pk, user_id=speaker.pk) is None
    assert list(captions_needed()) == []


def test_what_is_said_is_for_whoever_may_come_in(space, host, listener, outsider, join, now, committed):
    def read(user, **more):
        return captions_for_reader(user=user, space_id=space.pk, **more)

    join(space, listener)
    guest = AnonymousUser()
    assert read(listener) == read(outsider) == space
    with pytest.raises(GuestsNotAllowed):
        read(guest)
    with committed():
        space_edit(space=space, by=host, guests_allowed=True, now=now)
        space_lock(space=space, by=host, locked=True, now=now)
    with pytest.raises(SpaceLocked):
        read(outsider)
    with pytest.raises(SpaceLocked):
        read(guest)
    assert read(guest, is_inside=True) == read(listener) == space
    with committed():
        space_remove(space=space, by=host, user=listener, now=now)
        person_block(owner=outsider, person=host, now=now)
    with pytest.raises(Removed):
        read(listener)
    with pytest.raises(SpaceNotFound):
        read(outsider)
    with committed():
        space_end(space=space, by=host, now=now)
    with pytest.raises(SpaceEnded):
        read(host)


class TestTakenOut:
    """caption_remove"""

    def test_by_whom_and_until_when(
        self, space, host, cohost, speaker, listener, join, say, now, sent, committed
    ):
        seat(space, speaker, "speaker", now)
        seat(space, cohost, "cohost", now)
        join(space, listener)
        mine, theirs, later = say("one", user=speaker), say("two", user=speaker), say("three", user=speaker)
        with pytest.raises(NotAllowed) as refused:
            caption_remove(space=space, by=listener, line_id=mine.pk, now=now)
        assert refused.value.code == "space.not_moderator"
        with committed():
            for by, line in ((speaker, mine), (cohost, theirs), (cohost, theirs)):
                caption_remove(space=space, by=by, line_id=line.pk, now=now)
        assert sent.of("captions.removed") == [{"id": str(mine.pk)}, {"id": str(theirs.pk)}]
        with committed():
            space_end(space=space, by=host, now=now)
        with pytest.raises(SpaceEnded):
            caption_remove(space=space, by=cohost, line_id=later.pk, now=now)
        caption_remove(space=space, by=speaker, line_id=later.pk, now=now)
        assert not CaptionLine.objects.filter(removed_at__isnull=True).exists()

    def test_a_line_of_another_space_does_not_exist(self, space, host, say, now):
        line = say("hello")
        other = Space.objects.create(host=host, title="Other", state="ended", ended_at=now, end_reason="host")
        with pytest.raises(LineNotFound):
            caption_remove(space=other, by=host, line_id=line.pk, now=now)


class TestApi:
    """`/captions/`"""

    def test_pages_the_latest_first_and_back_from_a_moment(self, space, listener, say, api, at):
        for number in range(5):
            say(f"line {number}", number * 1000)
        client, path = api(listener), f"/api/v1/spaces/{space.pk}/captions/"
        page = client.get(path, {"limit": 2}).json()
        assert [row["text"] for row in page["results"]] == ["line 4", "line 3"]
        assert [row["text"] for row in client.get(page["next"]).json()["results"]] == ["line 2", "line 1"]
        back = client.get(path, {"before_ms": 2000}).json()["results"]
        assert [row["text"] for row in back] == ["line 2", "line 1", "line 0"]
        for wrong in ("-1", "soon", "9" * 30, "\0"):
            assert client.get(path, {"before_ms": wrong}).status_code == 400

    def test_as_many_queries_for_many_lines(self, space, listener, say, api, django_assert_max_num_queries):
        client, path = api(listener), f"/api/v1/spaces/{space.pk}/captions/"
        say("one")
        client.get(path)
        with django_assert_max_num_queries(12) as few:
            client.get(path)
        for number in range(10):
            say("more", number)
        with django_assert_max_num_queries(12) as many:
            client.get(path)
        assert len(few) == len(many)

    def test_what_may_not_be_read_is_refused_with_a_code(self, space, host, say, api, now, committed):
        line = say("hello")
        path = f"/api/v1/spaces/{space.pk}/captions/"
        assert api(None).get(path).json()["code"] == "space.guests_not_allowed"
        assert api(host).delete(f"{path}{10**25}/").json()["code"] == "captions.not_found"
        assert api(host).delete(f"{path}{line.pk}/").status_code == 204
        assert api(host).get(path).json()["results"] == []
        with committed():
            space_end(space=space, by=host, now=now)
        assert api(host).get(path).status_code == 410


class TestReported:
    """SubjectKind.CAPTION_LINE"""

    def report(self, reporter, line, now):
        return report_create(
            reporter=reporter, subject_kind="caption_line", subject_id=str(line.pk), category="hate", now=now
        ).case

    def test_with_what_was_said_around_it_and_taken_out_by_staff(
        self, space, host, speaker, listener, join, staff, say, now, at, committed
    ):
        seat(space, speaker, "speaker", now)
        join(space, listener)
        lines = [say(f"line {n}", n * 1000, user=(host, speaker)[n % 2]) for n in range(25)]
        case = self.report(listener, lines[13], now)
        assert (case.person, case.space_id) == (speaker, space.pk)
        kept = {piece.kind: piece.data for piece in Evidence.objects.filter(case=case)}
        rows = kept["captions"]["lines"]
        assert [row["text"] for row in rows] == [f"line {n}" for n in range(3, 24)]
        assert rows[10]["author"]["handle"] == speaker.handle
        assert rows[10]["created_at"] == (now + timedelta(seconds=13)).isoformat()
        assert kept["space"]["title"] == space.title
        assert (subject_of(case).text, subject_of(case).is_deleted) == ("line 13", False)
        with committed():
            decide(act=Act.DELETE_CONTENT, by=staff, case=case, reason="It is hate.", now=at(60))
        lines[13].refresh_from_db()
        assert lines[13].removed_at == at(60)
        assert subject_of(case).is_deleted

    def test_only_by_those_who_could_read_it(
        self, space, host, listener, outsider, join, say, now, at, committed
    ):
        join(space, listener)
        early, late = say("early", 0), say("late", 3_600_000)
        with committed():
            space_remove(space=space, by=host, user=listener, now=at(60))
        assert self.report(listener, early, now).person == host
        with pytest.raises(ReportNotFound):
            self.report(listener, late, now)
        with committed():
            person_block(owner=host, person=outsider, now=now)
        with pytest.raises(ReportNotFound):
            self.report(outsider, early, now)
        caption_remove(space=space, by=host, line_id=early.pk, now=now)
        with pytest.raises(ReportNotFound):
            self.report(listener, early, now)

    def test_a_report_of_the_space_keeps_what_was_said_last(self, space, listener, join, say, now):
        join(space, listener)
        say("the last words")
        case = report_create(
            reporter=listener, subject_kind="space", subject_id=str(space.pk), category="hate", now=now
        ).case
        kept = {piece.kind: piece.data for piece in Evidence.objects.filter(case=case)}
        assert [row["text"] for row in kept["captions"]["lines"]] == ["the last words"]
