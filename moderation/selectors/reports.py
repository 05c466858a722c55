"""What one has reported, and what was decided about one."""

from django.db.models import QuerySet

from accounts.models import User
from moderation.errors import ReportNotFound
from moderation.models import Act, Decision, Report

_KEY_MAX = 2**63 - 1


def reports_of(reporter: User) -> QuerySet[Report]:
    """What `reporter` has reported, the latest first, with cases and whom they are about. One query."""
    return Report.objects.filter(reporter=reporter).select_related("case__person").order_by("-pk")


def report_of(*, reporter: User, report_id: int) -> Report:
    """One of `reporter`'s own reports. Raises ReportNotFound, also for other people's."""
    found = reports_of(reporter).filter(pk=report_id).first() if report_id <= _KEY_MAX else None
    if found is None:
        raise ReportNotFound()
    return found


def decisions_about(person: User) -> QuerySet[Decision]:
    """What staff decided about `person`, the latest first, with the appeal where there is one. One query."""
    return (
        Decision.objects.filter(person=person)
        .exclude(act=Act.DISMISS)
        .select_related("appeal")
        .order_by("-pk")
    )
