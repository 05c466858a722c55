"""Replays and clips before staff: reported with what was said in them, heard, and deleted by a decision."""

import pytest

from moderation.errors import ReportNotFound
from moderation.models import Case, Decision, Evidence
from moderation.services.reports import report_create
from recordings.models import CaptionLine, Clip, Recording
from recordings.services.files import files_delete
from social.models import Notification
from spaces_project.lib.errors import NotAllowed
from tests.rooms.finding import replayed

pytestmark = pytest.mark.django_db


@pytest.fixture
def over(host, now):
    """A Space that can be heard again, with a line said in it."""
    over = replayed(host, "On boats", at=now)
    over.recording.stretches.create(starts_at_ms=0, ends_at_ms=60_000)
    CaptionLine.objects.create(
        space=over, user=host, speaker_name="The Host", starts_at_ms=1_000, ends_at_ms=2_000, text="Sink them",
        language="en", engine="test",
    )  # fmt: skip
    return over


@pytest.fixture
def clip(over, listener, now):
    """A clip of it, ready; the row alone."""
    return Clip.objects.create(
        space=over, by=listener, state=Clip.State.READY, caption="Boats", starts_at_ms=500, duration_ms=1_000,
        audio="a.mp3", video="a.mp4", poster="a.jpg", expires_at=over.recording.expires_at,
    )  # fmt: skip


def reported(reporter, kind, subject, now):
    return report_create(
        reporter=reporter, subject_kind=kind, subject_id=str(subject.pk), category="threats", now=now
    ).case


def test_a_replay_is_reported_with_what_was_said(over, outsider, host, now):
    case = reported(outsider, "replay", over, now)
    assert (case.person, case.space_id, case.subject_id) == (host, over.pk, str(over.pk))
    [evidence] = Evidence.objects.filter(case=case, kind="replay")
    assert evidence.data["title"] == "On boats"
    assert [line["text"] for line in evidence.data["lines"]] == ["Sink them"]
    # The Space itself is another thing.
    assert reported(outsider, "space", over, now) != case


def test_a_clip_is_reported_and_its_maker_answers_for_it(clip, outsider, listener, now):
    case = reported(outsider, "clip", clip, now)
    assert case.person == listener
    [evidence] = Evidence.objects.filter(case=case)
    assert (evidence.data["caption"], evidence.data["lines"][0]["text"]) == ("Boats", "Sink them")


def test_what_one_cannot_hear_cannot_be_reported(over, clip, outsider, now, settings):
    settings.REPLAY_GATES = ["tests.moderation.test_kept.nobody"]
    clip.state = Clip.State.DELETED
    clip.save()
    for kind, subject_id in (("replay", over.pk), ("clip", clip.pk), ("replay", "x"), ("clip", "\0")):
        with pytest.raises(ReportNotFound):
            report_create(
                reporter=outsider, subject_kind=kind, subject_id=str(subject_id), category="spam", now=now
            )


def nobody(space, viewer):
    return NotAllowed()


def test_staff_delete_what_was_reported(over, clip, outsider, host, listener, desk, now):
    for kind, subject in (("clip", clip), ("replay", over)):
        case = reported(outsider, kind, subject, now)
        page = desk.get(f"/admin/moderation/case/{case.pk}/change/")
        assert "Delete what was reported" in page.content.decode()
        desk.post(
            f"/admin/moderation/case/{case.pk}/decide/",
            {"act": "delete_content", "unit": "days", "reason": "Threats."},
        )
        case.refresh_from_db()
        assert case.state == Case.State.CLOSED
        assert "It is deleted now" in desk.get(f"/admin/moderation/case/{case.pk}/change/").content.decode()
    clip.refresh_from_db()
    recording = Recording.objects.get()
    assert (clip.state, recording.state) == (Clip.State.DELETED, Recording.State.DELETED)
    assert files_delete(now=now) >= 0
    told = {one.user: one.data for one in Notification.objects.filter(user__in=(host, listener))}
    assert "the replay of “On boats”" in str(told[host])
    assert "a clip of “On boats”" in str(told[listener])


@pytest.mark.parametrize("kind", ["recording", "clip"])
def test_staff_find_and_delete_what_nobody_has_reported(kind, over, clip, desk, host, listener):
    row = over.recording if kind == "recording" else clip
    title = "On boats" if kind == "recording" else "Boats"
    listed = f"/admin/recordings/{kind}/"
    assert title in desk.get(f"{listed}?q={title}").content.decode()
    page = desk.get(f"{listed}{row.pk}/change/").content.decode()
    assert title in page
    assert ("<audio" in page) == (kind == "recording")

    refused = desk.post(f"{listed}{row.pk}/change/", {"act": "delete_content", "reason": ""})
    assert refused.status_code == 400
    answer = desk.post(f"{listed}{row.pk}/change/", {"act": "delete_content", "reason": "Threats."})

    assert answer.headers["Location"] == listed
    decision = Decision.objects.get()
    assert decision.person == (host if kind == "recording" else listener)
    assert decision.case.evidence.exists()
    row.refresh_from_db()
    assert row.state == "deleted"
    assert "There is nothing for you to do here" in desk.get(f"{listed}{row.pk}/change/").content.decode()
