"""What staff decide: who may is asked of moderation.permissions, what follows at once is in `effects`; here is what all share.

Locks go one way: a case, then the person concerned, then Spaces. Of two who decide a case at the same moment one does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from moderation.errors import CaseClosed, DecisionSelf, NothingToRestore
from moderation.models import Act, Case, Decision, Sanction
from moderation.permissions import ADMINISTRATOR, groups_of, refuse, require_staff
from moderation.selectors.sanctions import active_sanctions
from moderation.services.effects import EFFECTS, space_named
from moderation.services.evidence import evidence_release
from moderation.services.sanctions import locked_person, sanctions_lift
from moderation.services.telling import tell_decided, tell_reporters, tell_restored
from spaces_project.lib import audit
from spaces_project.lib.errors import Invalid
from spaces_project.lib.text import clean_line

REASON_MAX_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Plan:
    """What an act needs, and allows: somebody it is about, a Space, an end (`until`)."""

    on_person: bool = False
    on_space: bool = False
    has_end: bool = False


PLANS: dict[Act, Plan] = {
    Act.DISMISS: Plan(),
    Act.WARN: Plan(on_person=True),
    Act.DELETE_CONTENT: Plan(on_person=True),
    Act.REMOVE: Plan(on_person=True, on_space=True),
    Act.END_SPACE: Plan(on_person=True, on_space=True),
    Act.SUSPEND: Plan(on_person=True, has_end=True),
    Act.WITHDRAW_HOSTING: Plan(on_person=True, has_end=True),
    Act.WITHDRAW_SELLING: Plan(on_person=True, has_end=True),
    Act.RESTORE: Plan(on_person=True),
}


def decide(
    *,
    act: Act | str,
    by: User,
    case: Case | None = None,
    person: User | None = None,
    space_id: UUID | None = None,
    reason: str,
    until: datetime | None = None,
    now: datetime,
) -> Decision:
    """Do what staff decided, about a `case`, which closes it, or without one. Person and Space are the case's unless given.

    `until` ends a suspension or a withdrawal; None is for good. The person concerned is told what and why; those who reported,
    that it was decided. Raises NotAllowed (`staff.not_allowed`, written down), Invalid (`reason`, `until`, `person`,
    `space_id`, `act`), DecisionSelf, CaseClosed, SubjectGone, NothingToRestore, and what the services of the act refuse with.
    """
    act = _act(act)
    if case is not None and person is None:
        person = case.person
    space_id = space_id or (case.space_id if case else None)
    if act is Act.END_SPACE and person is None and space_id is not None:
        person = space_named(space_id).host
    _require_may(act, by, person, now=now)
    _check_self(act, by, person, case)
    reason, plan = _reason(reason), PLANS[act]
    _check(plan, person=person, space_id=space_id, until=until, now=now)
    with transaction.atomic():
        case = _locked_open(case) if case is not None else None
        person = locked_person(person) if person is not None else None
        decision = Decision.objects.create(
            case=case,
            act=act,
            person=person,
            space_id=space_id,
            reason=reason,
            until=until,
            by=by,
            created_at=now,
        )
        if act is Act.RESTORE and person is not None:
            _restore(decision, person, active_sanctions(person, now), now=now)
        elif act in EFFECTS and person is not None:
            what = EFFECTS[act](decision, by, now)
            tell_decided(decision, person, what=what, now=now)
        _write_down(decision, by, now=now)
        if case is not None:
            _close(case, now=now)
    return decision


def cases_dismiss(*, cases: Iterable[Case], by: User, reason: str, now: datetime) -> int:
    """Dismiss several cases, each with a decision of its own; those decided meanwhile stay as they are. Returns how many.

    Raises NotAllowed, Invalid (`reason`).
    """
    require_staff(by, Act.DISMISS, now=now)
    _reason(reason)
    dismissed = 0
    for case in sorted(cases, key=lambda case: case.pk):
        try:
            decide(act=Act.DISMISS, by=by, case=case, reason=reason, now=now)
        except CaseClosed:
            continue
        dismissed += 1
    return dismissed


def restore(*, decision: Decision, by: User, reason: str, now: datetime) -> Decision:
    """Lift what holds because of `decision`; nothing else comes back: no Space, no session, no message.

    Returns the decision to restore. Raises NotAllowed, DecisionSelf, Invalid (`reason`), NothingToRestore.
    """
    _require_may(Act.RESTORE, by, decision.person, now=now)
    _check_self(Act.RESTORE, by, decision.person, None)
    reason = _reason(reason)
    if decision.person is None:
        raise NothingToRestore()
    with transaction.atomic():
        person = locked_person(decision.person)
        made = Decision.objects.create(
            case=decision.case, act=Act.RESTORE, person=person, reason=reason, by=by, created_at=now
        )
        held = Sanction.objects.filter(decision=decision, lifted_at__isnull=True)
        _restore(made, person, list(held), now=now)
        _write_down(made, by, now=now, of=decision)
    return made


def checked_reason(reason: str, *, field: str = "reason") -> str:
    """Words of staff to somebody, cleaned: 1 to 500 characters. Raises Invalid."""
    reason = clean_line(reason)
    if not reason or len(reason) > REASON_MAX_LENGTH:
        raise Invalid(
            fields={field: [_("Say why, in 1 to {most} characters.").format(most=REASON_MAX_LENGTH)]}
        )
    return reason


_reason = checked_reason


def _act(act: Act | str) -> Act:
    try:
        return Act(act)
    except ValueError:
        raise Invalid(fields={"act": [_("There is no such act.")]}) from None


def _require_may(act: Act, by: User, person: User | None, *, now: datetime) -> None:
    """Raise NotAllowed, and write it down: not in the table, or about somebody of staff, whom only administrators decide on."""
    require_staff(by, act, now=now)
    is_staff = person is not None and person.pk != by.pk and bool(groups_of(person))
    if is_staff and ADMINISTRATOR not in groups_of(by):
        refuse(by, act, now=now)


def _check_self(act: Act, by: User, person: User | None, case: Case | None) -> None:
    """Nobody decides about themselves, nor dismisses what is said about them."""
    if (person is not None and person.pk == by.pk) or (case is not None and case.person_id == by.pk):
        raise DecisionSelf()


def _check(
    plan: Plan, *, person: User | None, space_id: UUID | None, until: datetime | None, now: datetime
) -> None:
    wrong: dict[str, list[str]] = {}
    if plan.on_person and person is None:
        wrong["person"] = [_("Say whom this is about.")]
    if plan.on_space and space_id is None:
        wrong["space_id"] = [_("Say which Space this is about.")]
    if until is not None and not plan.has_end:
        wrong["until"] = [_("This act has no end.")]
    elif until is not None and until <= now:
        wrong["until"] = [_("Choose a time that is still to come.")]
    if wrong:
        raise Invalid(fields=wrong)


def _locked_open(case: Case) -> Case:
    """The case with its row locked. Raises CaseClosed."""
    locked = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    if locked.state != Case.State.OPEN:
        raise CaseClosed()
    return locked


def _close(case: Case, *, now: datetime) -> None:
    case.state, case.closed_at = Case.State.CLOSED, now
    case.save(update_fields=["state", "closed_at"])
    evidence_release(Case.objects.filter(pk=case.pk), now=now)
    tell_reporters(case, now=now)


def _restore(decision: Decision, person: User, sanctions: list[Sanction], *, now: datetime) -> None:
    """Raises NothingToRestore."""
    if not sanctions_lift(person, sanctions, now=now):
        raise NothingToRestore()
    tell_restored(decision, person, now=now)


def _write_down(decision: Decision, by: User, *, now: datetime, of: Decision | None = None) -> None:
    person = decision.person
    data: dict[str, Any] = {"decision": decision.pk, "case": decision.case_id}
    if decision.until:
        data["until"] = decision.until.isoformat()
    if of is not None:
        data["of"] = of.pk
    if person is not None:
        kind, key, handle = "person", str(person.pk), person.handle
    elif decision.case is not None:
        kind, key, handle = decision.case.subject_kind, decision.case.subject_id, ""
    else:
        kind, key, handle = "space", str(decision.space_id or ""), ""
    audit.record(
        act=f"staff.{decision.act}",
        by=by,
        target_kind=kind,
        target_id=key,
        target_handle=handle,
        space_id=decision.space_id,
        reason=decision.reason,
        data=data,
        now=now,
    )
