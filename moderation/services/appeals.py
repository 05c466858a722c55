"""The person concerned asks once that somebody else look at a decision again; somebody else does."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from moderation.errors import (
    AppealDecided,
    AppealNotPossible,
    AppealSamePerson,
    AppealTwice,
    DecisionNotFound,
    DecisionSelf,
)
from moderation.models import Appeal, Decision, Sanction
from moderation.permissions import Right, refuse, require_staff
from moderation.selectors.appeals import appeal_refusal
from moderation.services.decisions import checked_reason
from moderation.services.sanctions import locked_person, sanctions_lift
from moderation.services.telling import tell_appeal_decided
from spaces_project.lib import audit
from spaces_project.lib.dates import number
from spaces_project.lib.errors import Invalid
from spaces_project.lib.text import clean_text

WORDS_MAX_LENGTH = 2000
_WORDS_MAX_LINES = 60


def appeal_create(*, decision: Decision, person: User, words: str, now: datetime) -> Appeal:
    """`person`, whom `decision` is about, asks for another look: 1 to 2,000 characters, once, within `SPACES_APPEAL_DAYS`.

    Raises DecisionNotFound for anybody else, Invalid (`words`), AppealNotPossible, AppealTwice, AppealTooLate.
    """
    if decision.person_id != person.pk:
        raise DecisionNotFound()
    words = clean_text(words, lines=_WORDS_MAX_LINES)
    if not words or len(words) > WORDS_MAX_LENGTH:
        raise Invalid(
            fields={"words": [_("Say why, in 1 to {most} characters.").format(most=number(WORDS_MAX_LENGTH))]}
        )
    if refusal := appeal_refusal(decision, now=now):
        raise refusal
    with transaction.atomic():
        try:
            with transaction.atomic():
                appeal = Appeal.objects.create(decision=decision, words=words, created_at=now)
        except IntegrityError as error:
            raise AppealTwice() from error
    return appeal


def appeal_decide(*, appeal: Appeal, by: User, overturn: bool, answer: str, now: datetime) -> Appeal:
    """Uphold a decision, or take it back: then what holds because of it is lifted, and nothing else comes back.

    The person is told either way, with the `answer`. Raises NotAllowed (`staff.not_allowed`), AppealSamePerson (both written
    down), DecisionSelf, Invalid (`answer`), AppealDecided.
    """
    require_staff(by, Right.APPEALS, now=now)
    if appeal.decision.by_id == by.pk:
        refuse(by, Right.APPEALS, now=now, error=AppealSamePerson())
    if appeal.decision.person_id == by.pk:
        raise DecisionSelf()
    answer = checked_reason(answer, field="answer")
    with transaction.atomic():
        appeal = Appeal.objects.select_for_update(of=("self",), no_key=True).get(pk=appeal.pk)
        if appeal.state != Appeal.State.OPEN:
            raise AppealDecided()
        decision = appeal.decision
        if decision.person is None:
            raise AppealNotPossible()
        person = locked_person(decision.person)
        appeal.state = Appeal.State.OVERTURNED if overturn else Appeal.State.UPHELD
        appeal.decided_by, appeal.decided_at, appeal.answer = by, now, answer
        appeal.save(update_fields=["state", "decided_by", "decided_at", "answer"])
        if overturn:
            Decision.objects.filter(pk=decision.pk).update(overturned_at=now)
            held = Sanction.objects.filter(decision=decision, lifted_at__isnull=True)
            sanctions_lift(person, list(held), now=now)
        audit.record(
            act=f"staff.appeal_{appeal.state}",
            by=by,
            target_kind="person",
            target_id=person.pk,
            target_handle=person.handle,
            space_id=decision.space_id,
            reason=answer,
            data={"appeal": appeal.pk, "decision": decision.pk},
            now=now,
        )
        tell_appeal_decided(appeal, person, now=now)
    return appeal
