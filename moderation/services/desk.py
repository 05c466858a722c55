"""What staff do among themselves on a case: who looks after it, what they note."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from moderation.models import Act, Case, CaseNote, Decision
from moderation.permissions import Right, require_staff
from moderation.selectors.subjects import Subject
from moderation.services.decisions import decide
from moderation.services.evidence import evidence_take, is_evidence_due
from moderation.services.reports import case_opened
from spaces_project.lib import audit
from spaces_project.lib.errors import Invalid
from spaces_project.lib.text import clean_text

NOTE_MAX_LENGTH = 2000


def case_assign(*, case: Case, by: User, to: User | None, now: datetime) -> None:
    """Say who looks after a case, or (None) that nobody does. Done twice it is done once. Raises NotAllowed."""
    require_staff(by, Right.QUEUE, now=now)
    with transaction.atomic():
        case = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
        if case.assigned_to_id == (to.pk if to else None):
            return
        case.assigned_to = to
        case.save(update_fields=["assigned_to"])
        audit.record(
            act="case.assign",
            by=by,
            target_kind="case",
            target_id=case.pk,
            target_handle=to.handle if to else "",
            space_id=case.space_id,
            now=now,
        )


def decide_about(*, subject: Subject, act: Act, by: User, reason: str, now: datetime) -> Decision:
    """Decide about a thing that nobody has reported, or whose case is open: it has a case like any other, with evidence.

    Raises as `decide`.
    """
    # Before the transaction, which would take the entry about a refusal back with it.
    require_staff(by, act, now=now)
    with transaction.atomic():
        case = case_opened(subject, now=now)
        if is_evidence_due(case, now=now):
            evidence_take(case, now=now)
        return decide(act=act, by=by, case=case, reason=reason, now=now)


def case_note(*, case: Case, by: User, text: str, now: datetime) -> CaseNote:
    """Note something for the others of staff; 1 to `NOTE_MAX_LENGTH` characters. Raises NotAllowed, Invalid (`text`)."""
    require_staff(by, Right.QUEUE, now=now)
    text = clean_text(text, lines=40)
    if not text:
        raise Invalid(fields={"text": [_("Write something.")]})
    if len(text) > NOTE_MAX_LENGTH:
        raise Invalid(fields={"text": [_("Use at most {most} characters.").format(most=NOTE_MAX_LENGTH)]})
    return CaseNote.objects.create(case=case, by=by, text=text, created_at=now)
