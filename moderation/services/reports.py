"""Reporting something to staff."""

from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from moderation.errors import ReportCategoryUnknown, ReportSelf, ReportTooLong
from moderation.models import Case, Category, Report
from moderation.selectors.subjects import Subject, subject_for_reporter
from moderation.services.evidence import evidence_take, is_evidence_due
from spaces_project.lib import limits
from spaces_project.lib.text import clean_text

_LINES = 30


def report_create(
    *, reporter: User, subject_kind: str, subject_id: str, category: str, words: str = "", now: datetime
) -> Report:
    """Report what `reporter` can see (kinds: SubjectKind; ids as the API writes them), and keep what is there of it.

    All reports of one thing are one open case; the same person's are one, which takes the new category and words. A report
    of what was decided opens a new case. `words` are cleaned, up to `SPACES_REPORT_MAX_LENGTH` characters.
    Raises ReportCategoryUnknown, ReportTooLong, ReportNotFound, ReportSelf, TooMany.
    """
    if category not in Category:
        raise ReportCategoryUnknown()
    words = clean_text(words, lines=_LINES)
    if len(words) > settings.SPACES_REPORT_MAX_LENGTH:
        raise ReportTooLong(settings.SPACES_REPORT_MAX_LENGTH)
    subject = subject_for_reporter(reporter=reporter, kind=subject_kind, subject_id=subject_id)
    if subject.person.pk == reporter.pk:
        raise ReportSelf()
    limits.require("report.create", user=reporter, now=now)
    with transaction.atomic():
        case = case_opened(subject, now=now)
        report = Report.objects.filter(case=case, reporter=reporter).first()
        if report is None:
            report = Report.objects.create(
                case=case, reporter=reporter, category=category, words=words, created_at=now
            )
            case.reporter_count += 1
            if is_evidence_due(case, now=now):
                evidence_take(case, now=now)
        else:
            report.category, report.words = category, words
            report.save(update_fields=["category", "words"])
        case.severity = _severity_of(case)
        case.last_report_at = max(case.last_report_at, now)
        case.save(update_fields=["reporter_count", "severity", "last_report_at"])
    # As it is now, not as it was read.
    report.case = case
    return report


def case_opened(subject: Subject, *, now: datetime) -> Case:
    """The open case of this thing, its row locked: the one there is, or a new one.

    Whoever loses the race for a new one takes the winner's; one that is closed in that moment is looked for once more.
    """
    while True:
        there = (
            Case.objects.select_for_update(of=("self",), no_key=True)
            .filter(subject_kind=subject.kind, subject_id=subject.id, state=Case.State.OPEN)
            .first()
        )
        if there is not None:
            return there
        try:
            # A savepoint of its own.
            with transaction.atomic():
                return Case.objects.create(
                    subject_kind=subject.kind,
                    subject_id=subject.id,
                    person=subject.person,
                    space_id=subject.space_id,
                    opened_at=now,
                    last_report_at=now,
                )
        except IntegrityError:
            continue


def _severity_of(case: Case) -> int:
    """The highest of its reports' categories: there are nine at most, however many have reported it."""
    categories = Report.objects.filter(case=case).values_list("category", flat=True).distinct()
    return max((Category(category).severity for category in categories), default=0)
