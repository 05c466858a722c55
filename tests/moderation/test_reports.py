"""Reporting: who may report what, one case for one thing, one report for one person."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.services import person_block
from moderation.errors import ReportCategoryUnknown, ReportNotFound, ReportSelf, ReportTooLong
from moderation.models import Case, Category, Evidence, Report, SubjectKind
from moderation.report_words import HINTS, REPORT_THIS, REPORTED
from moderation.services.reports import report_create
from rooms.models import RoomMessage
from rooms.services.control import space_remove
from rooms.services.lifecycle import space_end
from rooms.services.messages import message_delete, message_post
from social.models import DirectMessage
from social.services.direct import direct_send
from social.services.posts import post_create, post_delete
from spaces_project.lib.errors import TooMany
from tests.factories import UserFactory

pytestmark = pytest.mark.usefixtures("no_audio")


@pytest.fixture
def report(now):
    """`report(reporter, kind, id)`: reported as abuse, if nothing else is said."""

    def made(reporter, kind, subject_id, *, category="abuse", words="", later=now):
        return report_create(
            reporter=reporter,
            subject_kind=kind,
            subject_id=str(subject_id),
            category=category,
            words=words,
            now=later,
        )

    return made


@pytest.fixture
def message(space, listener, join, committed, now) -> RoomMessage:
    """Something a listener wrote in the Space."""
    join(space, listener)
    with committed():
        return message_post(space=space, author=listener, text="Bad words", now=now)


@pytest.fixture
def direct(speaker, outsider, committed, now) -> DirectMessage:
    """Something `speaker` wrote to `outsider`."""
    with committed():
        return direct_send(author=speaker, to=outsider, text="Bad words", now=now)


def test_each_kind_names_whom_it_is_about(space, message, direct, host, speaker, outsider, report, now):
    post = post_create(author=speaker, text="Bad", space_id=space.pk, now=now)
    expected = {
        (SubjectKind.SPACE, str(space.pk)): (host, space.pk),
        (SubjectKind.PERSON, str(speaker.pk)): (speaker, None),
        (SubjectKind.ROOM_MESSAGE, str(message.pk)): (message.author, space.pk),
        (SubjectKind.DIRECT_MESSAGE, str(direct.pk)): (speaker, None),
        (SubjectKind.POST, str(post.pk)): (speaker, space.pk),
    }
    for (kind, key), (person, space_id) in expected.items():
        case = report(outsider, kind, key).case
        assert (case.subject_kind, case.subject_id) == (kind, key)
        assert (case.person, case.space_id, case.state) == (person, space_id, "open")


def test_the_same_person_reports_once_and_may_change_it(speaker, outsider, report, now, at):
    first = report(outsider, "person", speaker.pk, category="spam", words="Ads")
    again = report(
        outsider, "person", speaker.pk, category="threats", words="  Worse \u202e now ", later=at(60)
    )
    assert again.pk == first.pk
    kept = Report.objects.get()
    assert (kept.category, kept.words, kept.created_at) == ("threats", "Worse now", now)
    case = Case.objects.get()
    assert (case.reporter_count, case.severity, case.last_report_at) == (1, 3, at(60))


def test_severity_is_the_highest_of_what_is_said_now(speaker, outsider, listener, report):
    report(outsider, "person", speaker.pk, category="minors")
    report(listener, "person", speaker.pk, category="hate")
    assert Case.objects.get().severity == 3
    report(outsider, "person", speaker.pk, category="other")
    case = Case.objects.get()
    assert (case.severity, case.reporter_count) == (2, 2)


def test_a_case_that_is_closed_is_not_opened_again(speaker, outsider, report, now):
    first = report(outsider, "person", speaker.pk)
    Case.objects.update(state=Case.State.CLOSED, closed_at=now)
    second = report(outsider, "person", speaker.pk)
    assert second.case_id != first.case_id
    assert second.pk != first.pk
    assert (second.case.reporter_count, Report.objects.count()) == (1, 2)


def test_one_key_is_written_in_one_way(space, outsider, listener, speaker, report):
    report(outsider, "space", str(space.pk).upper())
    report(listener, "space", space.pk.hex)
    report(outsider, "person", f"000{speaker.pk}")
    report(listener, "person", speaker.pk)
    assert sorted(Case.objects.values_list("subject_kind", "reporter_count")) == [("person", 2), ("space", 2)]


def test_oneself_and_what_is_ones_own(space, message, direct, host, speaker, report, now):
    post = post_create(author=host, text="Mine", now=now)
    own = [
        (host, "space", space.pk),
        (host, "person", host.pk),
        (message.author, "room_message", message.pk),
        (speaker, "direct_message", direct.pk),
        (host, "post", post.pk),
    ]
    for reporter, kind, key in own:
        with pytest.raises(ReportSelf):
            report(reporter, kind, key)
    assert not Case.objects.exists()


NO_KEYS = ["", "0", "-1", "abc", "1.5", "٣", "\x00", "9" * 19, "9" * 25, "1" * 400, "987654321"]


@pytest.mark.parametrize("kind", [*SubjectKind, "", "user", "\x00"])
@pytest.mark.parametrize("key", NO_KEYS)
def test_what_there_is_not(kind, key, outsider, report):
    with pytest.raises(ReportNotFound):
        report(outsider, kind, key)


def test_a_direct_message_is_there_for_its_two_people_alone(direct, outsider, listener, report):
    with pytest.raises(ReportNotFound):
        report(listener, "direct_message", direct.pk)
    assert report(outsider, "direct_message", direct.pk).case.subject_id == str(direct.pk)


def test_what_is_deleted_cannot_be_seen(space, message, host, speaker, outsider, report, committed, now):
    post = post_create(author=speaker, text="Gone", now=now)
    with committed():
        post_delete(post=post, by=speaker, now=now)
        message_delete(space=space, by=host, message_id=message.pk, now=now)
    for kind, key in (("post", post.pk), ("room_message", message.pk)):
        with pytest.raises(ReportNotFound):
            report(outsider, kind, key)


def test_a_closed_account_cannot_be_seen(outsider, report):
    gone = UserFactory(is_active=False)
    with pytest.raises(ReportNotFound):
        report(outsider, "person", gone.pk)


def test_an_ended_space_can_be_reported(space, host, outsider, report, committed, now):
    with committed():
        space_end(space=space, by=host, now=now)
    assert report(outsider, "space", space.pk).case.person == host
    with pytest.raises(ReportNotFound):
        report(outsider, "replay", space.pk)


def test_across_a_block(speaker, outsider, direct, report, committed, now):
    with committed():
        person_block(owner=outsider, person=speaker, now=now)
    assert report(outsider, "person", speaker.pk).case.person == speaker
    # What stands in one's own inbox is seen across a block, either way.
    assert report(outsider, "direct_message", direct.pk)
    with pytest.raises(ReportNotFound):
        report(speaker, "person", outsider.pk)


def test_posts_of_a_blocked_pair_are_not_seen(speaker, outsider, report, committed, now):
    post = post_create(author=speaker, text="Hello", now=now)
    with committed():
        person_block(owner=speaker, person=outsider, now=now)
    with pytest.raises(ReportNotFound):
        report(outsider, "post", post.pk)


def test_who_was_removed_reports_what_was_written_before(
    space, message, host, outsider, report, join, committed, now, at
):
    join(space, outsider)
    with committed():
        space_remove(space=space, by=host, user=outsider, now=at(5))
        later = message_post(space=space, author=message.author, text="After", now=at(9))
    assert report(outsider, "room_message", message.pk)
    with pytest.raises(ReportNotFound):
        report(outsider, "room_message", later.pk)


@pytest.mark.parametrize("category", ["", "rude", "ABUSE", "\x00"])
def test_a_category_of_the_list(category, speaker, outsider, report):
    with pytest.raises(ReportCategoryUnknown) as refused:
        report(outsider, "person", speaker.pk, category=category)
    assert list(refused.value.fields) == ["category"]


def test_words_have_a_length(speaker, outsider, report):
    with pytest.raises(ReportTooLong):
        report(outsider, "person", speaker.pk, words="x" * 1001)
    assert report(outsider, "person", speaker.pk, words="x" * 1000 + "  ").words == "x" * 1000


def test_too_many_in_an_hour(outsider, report, settings):
    most, seconds = settings.LIMITS["report.create"].account
    people = UserFactory.create_batch(most + 1)
    for person in people[:-1]:
        report(outsider, "person", person.pk)
    with pytest.raises(TooMany) as refused:
        report(outsider, "person", people[-1].pk)
    assert 0 < refused.value.retry_after <= seconds
    assert Case.objects.count() == most


def test_every_category_has_a_severity_and_words():
    assert set(HINTS) == set(Category)
    assert set(REPORT_THIS) == set(REPORTED) == set(SubjectKind)
    assert {category.severity for category in Category} == {0, 1, 2, 3}


def test_nothing_is_kept_of_a_report_whose_evidence_fails(speaker, outsider, report, settings):
    settings.EVIDENCE_TAKERS = {"person": {"person": "tests.moderation.test_reports.broken_taker"}}
    with pytest.raises(RuntimeError):
        report(outsider, "person", speaker.pk)
    assert not Case.objects.exists()
    assert not Report.objects.exists()
    assert not Evidence.objects.exists()


def broken_taker(case):
    """Something that is to be kept cannot be read."""
    raise RuntimeError("broken")


def test_the_costs_do_not_grow_with_the_reporters(speaker, outsider, report, django_assert_num_queries, at):
    people = UserFactory.create_batch(12)
    report(people[0], "person", speaker.pk)
    with CaptureQueriesContext(connection) as few:
        report(people[1], "person", speaker.pk)
    for person in people[2:]:
        report(person, "person", speaker.pk)
    with django_assert_num_queries(len(few)):
        report(outsider, "person", speaker.pk)


def test_later_reports_do_not_open_a_second_case_in_time(speaker, outsider, listener, report, now):
    report(outsider, "person", speaker.pk)
    case = report(listener, "person", speaker.pk, later=now + timedelta(days=3)).case
    assert (case.reporter_count, case.opened_at, case.last_report_at) == (2, now, now + timedelta(days=3))
