"""Cases and groups for tests about what staff decide."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import Group

from accounts.models import User
from moderation.models import Case, Category, Report, SubjectKind
from tests.factories import UserFactory


def member_of(group: str, **fields: Any) -> User:
    """Somebody of staff in one of the groups of the table."""
    user: User = UserFactory(is_staff=True, **fields)
    user.groups.add(Group.objects.get_or_create(name=group.title())[0])
    return user


def case_about(
    subject: Any,
    kind: SubjectKind,
    *,
    person: User | None,
    reporters: list[User],
    now: datetime,
    **fields: Any,
) -> Case:
    """An open case with the reports of these people."""
    case = Case.objects.create(
        subject_kind=kind,
        subject_id=str(subject.pk),
        person=person,
        severity=2,
        reporter_count=len(reporters),
        opened_at=now,
        last_report_at=now,
        **fields,
    )
    for reporter in reporters:
        Report.objects.create(case=case, reporter=reporter, category=Category.ABUSE, created_at=now)
    return case
