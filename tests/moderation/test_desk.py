"""The desk of staff: the queue, a case, a person, appeals, what is on air, the log."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from moderation.models import (
    Act,
    Appeal,
    AuditEntry,
    Case,
    CaseNote,
    Decision,
    Evidence,
    EvidenceAccess,
    Sanction,
    SubjectKind,
)
from moderation.services.appeals import appeal_create
from moderation.services.decisions import decide
from moderation.services.reports import report_create
from rooms.models import Space
from rooms.services.messages import message_post
from social.services.posts import post_create
from spaces_project.lib import audit
from tests.factories import UserFactory
from tests.moderation.cases import case_about
from tests.pages.documents import Document
from tests.staffing import sign_in_staff, staff_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_audio")]

QUEUE = "/admin/moderation/case/"


@pytest.fixture
def moderator() -> User:
    """A moderator."""
    return staff_of("moderator", handle="a_moderator")


@pytest.fixture
def at_desk(moderator) -> Client:
    """The admin in a moderator's hands."""
    return sign_in_staff(Client(), moderator)


@pytest.fixture
def case(host, listener, now) -> Case:
    """A post that a listener has reported."""
    post = post_create(author=host, text="<b>Hateful</b> words", now=now)
    report = report_create(
        reporter=listener,
        subject_kind=SubjectKind.POST,
        subject_id=str(post.pk),
        category="hate",
        words="This is <i>bad</i>",
        now=now,
    )
    return report.case


def at(case: Case, what: str = "change") -> str:
    return f"{QUEUE}{case.pk}/{what}/"


def listed(desk: Client, path: str) -> list[str]:
    page = Document(desk.get(path))
    assert page.response.status_code == 200
    return [row.text for row in page.all("tr") if row.inside("tbody")]


def said(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


class TestQueue:
    """The list of cases."""

    def test_the_worst_first(self, at_desk, host, listener, outsider, now):
        people = [listener, outsider]
        make = {"kind": SubjectKind.PERSON, "now": now}
        low = case_about(UserFactory(), person=host, reporters=people, **make)
        many = case_about(UserFactory(), person=host, reporters=people, **make)
        few = case_about(UserFactory(), person=host, reporters=people[:1], **make)
        worst = case_about(UserFactory(), person=host, reporters=people[:1], **make)
        Case.objects.filter(pk=worst.pk).update(severity=3)
        Case.objects.filter(pk=low.pk).update(severity=0)
        older = case_about(UserFactory(), person=host, reporters=people[:1], **make)
        Case.objects.filter(pk=older.pk).update(opened_at=now - timedelta(days=2))
        rows = listed(at_desk, QUEUE)
        assert [one.pk for one in (worst, many, older, few, low)] == [
            int(row.split("#")[1].split()[0]) for row in rows
        ]
        assert "Urgent" in rows[0]
        assert "2 days" in rows[2]

    def test_filters(self, at_desk, moderator, case, host, listener, now):
        other = case_about(listener, SubjectKind.PERSON, person=listener, reporters=[host], now=now)
        Case.objects.filter(pk=other.pk).update(severity=3, assigned_to=moderator)
        for query, expected in (
            ("", 2),
            ("?subject_kind__exact=post", 1),
            ("?severity=3", 1),
            ("?severity=1", 0),
            ("?assigned=mine", 1),
            ("?assigned=nobody", 1),
            ("?state=closed", 0),
            ("?state=any", 2),
            ("?q=the_host", 1),
            (f"?q={case.subject_id}", 1),
            ("?severity=none", 2),
        ):
            assert len(listed(at_desk, QUEUE + query)) == expected, query

    def test_bulk_dismissal_takes_a_reason(self, at_desk, moderator, case, host, listener, now):
        other = case_about(listener, SubjectKind.PERSON, person=listener, reporters=[host], now=now)
        data = {"action": "dismiss", "_selected_action": [case.pk, other.pk]}
        assert "Give a reason" in said(at_desk.post(QUEUE, data, follow=True))
        assert Case.objects.filter(state="open").count() == 2
        assert "Cases dismissed: 2." in said(at_desk.post(QUEUE, data | {"reason": "No harm"}, follow=True))
        assert not Case.objects.filter(state="open").exists()
        assert {(one.act, one.reason, one.by) for one in Decision.objects.all()} == {
            ("dismiss", "No harm", moderator)
        }

    def test_taking_several(self, at_desk, moderator, case):
        at_desk.post(QUEUE, {"action": "take", "_selected_action": [case.pk]})
        case.refresh_from_db()
        assert case.assigned_to == moderator

    def test_the_same_queries_for_one_and_for_many(self, at_desk, case, host, listener, now):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert at_desk.get(QUEUE).status_code == 200
            return len(captured)

        queries()
        few = queries()
        for _ in range(20):
            person = UserFactory()
            case_about(person, SubjectKind.PERSON, person=person, reporters=[listener], now=now)
        assert queries() == few


class TestCase:
    """One page with everything on it."""

    def test_everything_is_on_it(self, at_desk, case, host, listener, outsider, now):
        earlier = case_about(host, SubjectKind.PERSON, person=host, reporters=[outsider], now=now)
        CaseNote.objects.create(case=case, by=outsider, text="Seen before")
        page = Document(at_desk.get(at(case)))
        source = page.source
        assert "&lt;b&gt;Hateful&lt;/b&gt; words" in source
        assert "This is &lt;i&gt;bad&lt;/i&gt;" in source
        assert f"Person #{earlier.pk}" in source
        assert "Seen before" in source
        assert "@a_listener" in source
        assert "has reported 1" in source
        assert page.response.status_code == 200

    def test_evidence_is_shown_when_asked_for_and_that_is_written_down(self, at_desk, moderator, case):
        Evidence.objects.filter(case=case).delete()
        data = {
            "messages": [
                {"id": case.subject_id, "author": {"handle": "x", "name": "X"}, "text": "<s>seen</s>"}
            ],
            "empty": [],
            "none": None,
        }
        Evidence.objects.create(case=case, kind="post", data=data, delete_after=timezone.now())
        assert "seen" not in Document(at_desk.get(at(case))).source
        assert at_desk.get(at(case, "evidence")).status_code == 302
        assert not EvidenceAccess.objects.exists()
        source = Document(at_desk.post(at(case, "evidence"))).source
        assert "&lt;s&gt;seen&lt;/s&gt;" in source
        access = EvidenceAccess.objects.get()
        assert (access.by, access.case, access.address) == (moderator, case, "127.0.0.1")
        entry = AuditEntry.objects.get(act="evidence.read")
        assert (entry.door, entry.address) == ("admin", "127.0.0.1")

    def test_a_direct_message_is_read_in_the_evidence_alone(self, at_desk, host, listener, now):
        person = UserFactory()
        case = case_about(person, SubjectKind.DIRECT_MESSAGE, person=host, reporters=[listener], now=now)
        assert "read in the evidence alone" in Document(at_desk.get(at(case))).source

    def test_deciding(self, at_desk, moderator, case, host):
        data = {"act": "suspend", "amount": "3", "unit": "days", "reason": "Hate is not for here."}
        answer = at_desk.post(at(case, "decide"), data, follow=True)
        assert "Decided: Suspend." in said(answer)
        decision = Decision.objects.get()
        assert (decision.act, decision.person, decision.by, decision.case) == (
            "suspend",
            host,
            moderator,
            case,
        )
        left = decision.until - timezone.now()
        assert timedelta(days=2, hours=23) < left <= timedelta(days=3)
        case.refresh_from_db()
        assert case.state == "closed"
        assert 'id="decide"' not in Document(answer).source

    def test_for_good(self, at_desk, case):
        at_desk.post(at(case, "decide"), {"act": "suspend", "unit": "for_good", "reason": "Again and again."})
        assert Decision.objects.get().until is None

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"act": "suspend", "unit": "days", "reason": "So"}, "Say for how many hours"),
            (
                {"act": "suspend", "amount": "-1", "unit": "days", "reason": "So"},
                "greater than or equal to 1",
            ),
            ({"act": "warn", "reason": ""}, "This field is required"),
            ({"act": "warn", "reason": "\u200b"}, "reason"),
            ({"act": "none", "reason": "So"}, "Select a valid choice"),
            ({"reason": "So"}, "This field is required"),
            ({"act": "warn", "reason": "x" * 501}, "at most 500"),
        ],
    )
    def test_what_is_wrong_is_told_and_nothing_is_done(self, at_desk, case, given, words):
        answer = at_desk.post(at(case, "decide"), given)
        assert answer.status_code == 400
        assert words in Document(answer).source
        assert not Decision.objects.exists()

    def test_what_is_decided_is_not_decided_again(self, at_desk, case):
        at_desk.post(at(case, "decide"), {"act": "dismiss", "reason": "No harm"})
        answer = at_desk.post(at(case, "decide"), {"act": "warn", "reason": "Or is it?"})
        assert answer.status_code == 400
        assert "decided already" in said(answer)
        assert Decision.objects.count() == 1

    def test_notes_and_who_looks_after_it(self, at_desk, moderator, case):
        at_desk.post(at(case, "note"), {"text": " Look at\nthis "})
        assert CaseNote.objects.get().text == "Look at\nthis"
        assert "Write something." in said(at_desk.post(at(case, "note"), {"text": "\u200b"}, follow=True))
        at_desk.post(at(case, "assign"))
        case.refresh_from_db()
        assert case.assigned_to == moderator
        at_desk.post(at(case, "assign"), {"drop": ""})
        case.refresh_from_db()
        assert case.assigned_to is None
        assert AuditEntry.objects.filter(act="case.assign").count() == 2

    def test_unknown_ones(self, at_desk):
        assert at_desk.get(f"{QUEUE}999999/change/").status_code == 404
        assert at_desk.get(f"{QUEUE}x/change/").status_code == 404
        assert at_desk.post(f"{QUEUE}999999/decide/").status_code == 404
        assert at_desk.get(f"{QUEUE}person/999999/").status_code == 404

    def test_the_acts_fit_the_thing(self, at_desk, space, join, speaker, listener, now):
        join(space, speaker)
        join(space, listener)
        message = message_post(space=space, author=speaker, text="Words", now=now)
        report = report_create(
            reporter=listener,
            subject_kind=SubjectKind.ROOM_MESSAGE,
            subject_id=str(message.pk),
            category="abuse",
            words="",
            now=now,
        )
        page = Document(at_desk.get(at(report.case)))
        acts = {one["value"] for one in page.all("input", name="act")}
        assert acts == {
            "dismiss",
            "delete_content",
            "remove",
            "end_space",
            "warn",
            "suspend",
            "withdraw_hosting",
        }
        at_desk.post(at(report.case, "decide"), {"act": "end_space", "reason": "All of it"})
        decision = Decision.objects.get()
        assert (decision.act, decision.person, decision.space_id) == ("end_space", space.host, space.pk)
        assert Space.objects.get(pk=space.pk).end_reason == "staff"


class TestGroups:
    """Above one's group: refused, and written down."""

    @pytest.mark.parametrize("act", ["suspend", "end_space", "delete_content", "withdraw_selling"])
    def test_support_may_not(self, case, act):
        desk = sign_in_staff(Client(), helper := staff_of("support"))
        page = Document(desk.get(at(case)))
        assert {one["value"] for one in page.all("input", name="act")} == {"dismiss", "warn"}
        data = {"act": act, "amount": "1", "unit": "days", "reason": "I want to"}
        answer = desk.post(at(case, "decide"), data)
        assert answer.status_code == 400
        assert "Your group may not do that." in said(answer)
        assert not Decision.objects.exists()
        entry = AuditEntry.objects.get(act="staff.refused")
        assert (entry.actor_id, entry.target_id, entry.door) == (helper.pk, act, "admin")

    @pytest.mark.parametrize("group", ["support", "finance"])
    def test_evidence_is_not_for_all(self, case, group):
        desk = sign_in_staff(Client(), staff_of(group))
        assert "Read the evidence" not in Document(desk.get(at(case))).source
        assert desk.post(at(case, "evidence")).status_code == 403
        assert AuditEntry.objects.get(act="staff.refused").target_id == "evidence"
        assert not EvidenceAccess.objects.exists()

    @pytest.mark.parametrize(
        ("group", "closed"),
        [
            ("moderator", {"auditentry"}),
            ("support", {"auditentry", "appeal", "onairspace"}),
            ("finance", {"auditentry", "appeal", "onairspace"}),
            ("administrator", set()),
            ("", {"case", "auditentry", "appeal", "onairspace", "sanction", "decision"}),
        ],
    )
    def test_the_lists(self, group, closed):
        desk = sign_in_staff(Client(), staff_of(group))
        names = ("case", "auditentry", "appeal", "onairspace", "sanction", "decision")
        assert {name for name in names if desk.get(f"/admin/moderation/{name}/").status_code == 403} == closed

    def test_nobody_by_rights_given_beside_the_table(self, host):
        from django.contrib.auth.models import Permission

        person = staff_of("")
        person.user_permissions.set(Permission.objects.filter(content_type__app_label="moderation"))
        desk = sign_in_staff(Client(), person)
        assert desk.get(QUEUE).status_code == 403


class TestPeople:
    """Everything about one person; decisions without a case; taking back."""

    def test_deciding_and_restoring(self, at_desk, host):
        page = f"{QUEUE}person/{host.pk}/"
        data = {"act": "withdraw_hosting", "amount": "2", "unit": "hours", "reason": "Too loud"}
        assert "Decided" in said(at_desk.post(page, data, follow=True))
        assert "Too loud" in Document(at_desk.get(page)).source
        decision = Decision.objects.get()
        answer = at_desk.post(f"{QUEUE}restore/{decision.pk}/", {"reason": "Quiet now"}, follow=True)
        assert "Lifted." in said(answer)
        assert Sanction.objects.get().lifted_at is not None
        answer = at_desk.post(f"{QUEUE}restore/{decision.pk}/", {"reason": ""}, follow=True)
        assert "Give a reason" in said(answer)

    def test_not_about_oneself(self, at_desk, moderator):
        page = f"{QUEUE}person/{moderator.pk}/"
        answer = at_desk.post(page, {"act": "warn", "reason": "Me"})
        assert answer.status_code == 400
        assert not Decision.objects.exists()

    def test_sanctions_lead_to_the_person(self, at_desk, moderator, host, now):
        decide(act=Act.WITHDRAW_HOSTING, by=moderator, person=host, reason="Too loud", now=now)
        assert len(listed(at_desk, "/admin/moderation/sanction/")) == 1
        assert listed(at_desk, "/admin/moderation/sanction/?holds=over") == []
        answer = at_desk.get(f"/admin/moderation/sanction/{Sanction.objects.get().pk}/change/")
        assert answer["Location"] == f"{QUEUE}person/{host.pk}/"

    def test_the_way_from_the_list_of_people(self, desk, host):
        page = Document(desk.get(f"/admin/accounts/user/{host.pk}/change/"))
        assert page.all("a", href=f"{QUEUE}person/{host.pk}/")


class TestAppeals:
    """Their own queue; decided by somebody else."""

    @pytest.fixture
    def appeal(self, moderator, host, now) -> Appeal:
        """Against a withdrawal by the moderator."""
        decision = decide(act=Act.WITHDRAW_HOSTING, by=moderator, person=host, reason="Too loud", now=now)
        return appeal_create(decision=decision, person=host, words="I was <b>not</b>", now=now)

    def test_not_by_who_decided_first(self, at_desk, appeal):
        path = f"/admin/moderation/appeal/{appeal.pk}/change/"
        page = Document(at_desk.get(path))
        assert "You have decided this first." in page.source
        assert at_desk.post(path, {"overturn": "no", "answer": "It stays"}).status_code == 400
        appeal.refresh_from_db()
        assert appeal.state == "open"
        assert listed(at_desk, "/admin/moderation/appeal/?state=for_me") == []

    @pytest.mark.parametrize(("overturn", "state"), [("yes", "overturned"), ("no", "upheld")])
    def test_by_somebody_else(self, appeal, host, overturn, state):
        other = staff_of("moderator")
        desk = sign_in_staff(Client(), other)
        assert len(listed(desk, "/admin/moderation/appeal/")) == 1
        path = f"/admin/moderation/appeal/{appeal.pk}/change/"
        assert "I was &lt;b&gt;not&lt;/b&gt;" in Document(desk.get(path)).source
        assert desk.post(path, {"overturn": overturn, "answer": ""}).status_code == 400
        assert "Answered." in said(desk.post(path, {"overturn": overturn, "answer": "We see"}, follow=True))
        appeal.refresh_from_db()
        assert (appeal.state, appeal.decided_by, appeal.answer) == (state, other, "We see")
        assert Sanction.objects.filter(person=host, lifted_at=None).exists() == (state == "upheld")
        assert listed(desk, "/admin/moderation/appeal/") == []
        assert len(listed(desk, "/admin/moderation/appeal/?state=decided")) == 1


class TestOnAir:
    """What is live."""

    LIST = "/admin/moderation/onairspace/"

    def test_the_numbers(self, at_desk, space, join, listener, outsider, now):
        for person in (listener, outsider):
            join(space, person, later=timezone.now())
        report_create(
            reporter=listener,
            subject_kind=SubjectKind.SPACE,
            subject_id=str(space.pk),
            category="spam",
            words="",
            now=now,
        )
        page = Document(at_desk.get(self.LIST))
        row = next(row for row in page.all("tr") if row.inside("tbody"))
        cells = [cell.text for cell in page.all("td") if cell.inside("tbody")]
        assert "Morning voices" in row.text
        assert cells[1:4] == ["2", "1", "1"]

    def test_the_same_queries_for_one_and_for_many(self, at_desk, space, now):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert at_desk.get(self.LIST).status_code == 200
            return len(captured)

        queries()
        few = queries()
        for _ in range(12):
            Space.objects.create(host=UserFactory(), title="Others", state="live", started_at=now)
        assert queries() == few

    def test_warning_and_ending(self, at_desk, space, host, now):
        path = f"{self.LIST}{space.pk}/change/"
        assert "Morning voices" in Document(at_desk.get(path)).source
        at_desk.post(path, {"act": "warn", "reason": "Mind the rules"})
        at_desk.post(path, {"act": "end_space", "reason": "They did not"})
        assert [(one.act, one.person) for one in Decision.objects.order_by("pk")] == [
            ("warn", host),
            ("end_space", host),
        ]
        assert at_desk.get(path).status_code == 302
        assert listed(at_desk, self.LIST) == []

    def test_listening_hidden_is_written_down(self, at_desk, moderator, space, settings):
        path = f"{self.LIST}{space.pk}/listen/"
        assert at_desk.get(path).status_code == 404
        assert at_desk.post(path).json()["code"] == "audio.none"
        settings.LIVEKIT_URL = "http://127.0.0.1:1"
        answer = at_desk.post(path).json()
        assert answer["identity"] == f"staff-{moderator.pk}"
        assert answer["room"] == space.audio_room
        entry = AuditEntry.objects.filter(act="space.listen_hidden").latest("pk")
        assert (entry.actor_id, entry.space_id, entry.door) == (moderator.pk, space.pk, "admin")

    def test_not_for_support(self, space):
        desk = sign_in_staff(Client(), staff_of("support"))
        assert desk.post(f"{self.LIST}{space.pk}/listen/").status_code == 403
        assert AuditEntry.objects.get(act="staff.refused").target_id == "live"


class TestLog:
    """The audit log in the admin: read and searched."""

    LIST = "/admin/moderation/auditentry/"

    @pytest.fixture
    def entries(self, host, listener, space, now) -> None:
        """Three of them."""
        audit.record(
            act="space.mute",
            by=host,
            target_kind="person",
            target_id=listener.pk,
            target_handle="a_listener",
            space_id=space.pk,
            now=now,
        )
        audit.record(
            act="space.lock", by=host, target_kind="space", target_id=space.pk, space_id=space.pk, now=now
        )
        audit.record(
            act="staff.warn",
            by=listener,
            target_kind="person",
            target_id=host.pk,
            target_handle="the_host",
            reason="Loud",
            now=now,
        )

    @pytest.mark.usefixtures("entries")
    def test_filters_and_search(self, desk, space):
        for query, expected in (
            ("", 3),
            ("?act=space.", 2),
            ("?act=staff.warn", 1),
            ("?actor=@The_Host", 2),
            ("?person=a_listener", 1),
            (f"?space={space.pk}", 2),
            ("?space=nothing", 0),
            ("?q=loud", 1),
            ("?q=the_host", 3),
            ("?act=space.&actor=the_host&person=a_listener", 1),
        ):
            assert len(listed(desk, self.LIST + query)) == expected, query

    @pytest.mark.usefixtures("entries")
    def test_nobody_edits_it(self, desk):
        entry = AuditEntry.objects.earliest("pk")
        page = desk.get(f"{self.LIST}{entry.pk}/change/")
        assert page.status_code == 200
        assert "Not sealed yet" in page.content.decode()
        assert not Document(page).all("input", name="_save")
        assert desk.post(f"{self.LIST}{entry.pk}/change/", {"reason": "Another"}).status_code == 403
        assert desk.get(f"{self.LIST}{entry.pk}/delete/").status_code == 403
        assert desk.get(f"{self.LIST}add/").status_code == 403
        data = {"action": "delete_selected", "_selected_action": [entry.pk], "post": "yes"}
        desk.post(self.LIST, data)
        assert AuditEntry.objects.count() == 3
