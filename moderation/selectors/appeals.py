"""Every read of decisions and appeals by the person concerned."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User
from moderation.errors import AppealNotPossible, AppealTooLate, AppealTwice, DecisionNotFound
from moderation.models import Act, Appeal, Decision
from spaces_project.lib.errors import SpacesError

# What is done to somebody; the others are done for them, or to nobody.
APPEALABLE = frozenset(set(Act) - {Act.DISMISS, Act.RESTORE})


def decision_of(person: User, decision_id: int) -> Decision:
    """A decision about `person`, with its appeal. Raises DecisionNotFound, also for those about others."""
    found = None
    # Beyond 64 bits PostgreSQL refuses even the question.
    if 0 < decision_id < 2**63:
        found = _decisions().filter(pk=decision_id, person=person).first()
    if found is None or found.act not in APPEALABLE:
        raise DecisionNotFound()
    return found


def decision_linked(decision_id: int) -> Decision:
    """The decision that a link leads to (moderation.appeal_links), with person and appeal. Raises DecisionNotFound."""
    found = _decisions().filter(pk=decision_id, person__isnull=False).first()
    if found is None or found.act not in APPEALABLE:
        raise DecisionNotFound()
    return found


def appeal_of(decision: Decision) -> Appeal | None:
    """The appeal against it, if there is one; the decision comes from a selector of this module."""
    try:
        return decision.appeal
    except Appeal.DoesNotExist:
        return None


def appeal_refusal(decision: Decision, *, now: datetime) -> SpacesError | None:
    """Why one cannot appeal against it (any more); None where one can."""
    if decision.act not in APPEALABLE or decision.overturned_at is not None:
        return AppealNotPossible()
    if appeal_of(decision) is not None:
        return AppealTwice()
    if now > decision.created_at + timedelta(days=settings.SPACES_APPEAL_DAYS):
        return AppealTooLate()
    return None


def _decisions() -> QuerySet[Decision]:
    return Decision.objects.select_related("person", "appeal")
