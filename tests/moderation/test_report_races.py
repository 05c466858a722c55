"""Many report at once, in real threads on PostgreSQL: one case, right numbers."""

from datetime import UTC, datetime

import pytest

from accounts.models import User
from moderation.models import Case, Category, Evidence, Report
from moderation.services.reports import report_create
from tests.factories import UserFactory
from tests.rooms.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

THREADS = 12
NOW = datetime.now(UTC)


def report(reporter: User, about: User, category: str = "abuse") -> Report:
    """Report somebody."""
    return report_create(
        reporter=reporter, subject_kind="person", subject_id=str(about.pk), category=category, now=NOW
    )


def assert_numbers_are_the_rows() -> None:
    """For every case there is."""
    for case in Case.objects.all():
        reports = list(Report.objects.filter(case=case))
        assert case.reporter_count == len(reports)
        assert case.severity == max(Category(one.category).severity for one in reports)


def test_a_crowd_reports_one_thing() -> None:
    about, crowd = UserFactory(), UserFactory.create_batch(THREADS)
    categories = list(Category)
    acts = [
        lambda one=one, n=n: report(one, about, categories[n % len(categories)])
        for n, one in enumerate(crowd)
    ]
    done = at_once(*acts)
    assert all(isinstance(one, Report) for one in done), done
    case = Case.objects.get()
    assert (case.reporter_count, case.severity) == (THREADS, 3)
    assert_numbers_are_the_rows()
    # Taken with the first one alone.
    assert Evidence.objects.filter(case=case, kind="person").count() == 1


def test_one_person_from_many_devices_is_one_report() -> None:
    about, one = UserFactory(), UserFactory()
    done = at_once(*[lambda: report(one, about)] * THREADS)
    assert len({made.pk for made in done}) == 1, done
    assert Case.objects.get().reporter_count == 1
    assert_numbers_are_the_rows()


def test_reports_while_the_case_is_closed_are_in_the_old_or_in_a_new_one() -> None:
    about, crowd = UserFactory(), UserFactory.create_batch(THREADS)
    first = report(UserFactory(), about).case

    def close() -> None:
        Case.objects.filter(pk=first.pk, state="open").update(state="closed", closed_at=NOW)

    done = at_once(*[lambda one=one: report(one, about) for one in crowd], close)
    assert all(isinstance(one, Report) for one in done[:-1]), done
    assert Case.objects.filter(state="open").count() <= 1
    assert Report.objects.count() == THREADS + 1
    assert_numbers_are_the_rows()
