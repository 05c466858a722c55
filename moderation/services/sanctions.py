"""What holds because of a decision: begun, replaced, lifted, over."""

import logging
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import suspension_set
from accounts.signals import send_on_commit
from moderation.models import Act, Decision, Sanction
from moderation.selectors.sanctions import due_sanctions
from moderation.services.telling import tell_over
from moderation.signals import person_restored
from spaces_project.lib import audit

logger = logging.getLogger(__name__)

# A round takes so many at most; the next one comes soon.
EXPIRE_BATCH = 200

KINDS: dict[str, Sanction.Kind] = {
    Act.SUSPEND: Sanction.Kind.SUSPENDED,
    Act.WITHDRAW_HOSTING: Sanction.Kind.NO_HOSTING,
    Act.WITHDRAW_SELLING: Sanction.Kind.NO_SELLING,
}


def sanction_begin(decision: Decision, person: User, *, now: datetime) -> Sanction:
    """What `decision` says holds from now on, in the place of what held before. Call it with the person's row locked."""
    kind = KINDS[decision.act]
    Sanction.objects.filter(person=person, kind=kind, lifted_at__isnull=True).update(lifted_at=now)
    return Sanction.objects.create(
        person=person, kind=kind, decision=decision, from_at=now, until=decision.until
    )


def sanctions_lift(person: User, sanctions: list[Sanction], *, now: datetime) -> list[Sanction]:
    """These hold no more; nothing else comes back. Returns those that held. Call it with the person's row locked."""
    held = Sanction.objects.filter(lifted_at__isnull=True)
    lifted = [sanction for sanction in sanctions if held.filter(pk=sanction.pk).update(lifted_at=now)]
    if any(sanction.kind == Sanction.Kind.SUSPENDED for sanction in lifted):
        suspension_set(user=person, suspended=False)
        send_on_commit(person_restored, user_id=person.pk)
    return lifted


def sanctions_expire(*, now: datetime, person: User | None = None) -> int:
    """Lift what is over (of `person` alone, if given), and tell the people; beat asks for it every 5 s. Returns how many."""
    due = due_sanctions(now, most=EXPIRE_BATCH)
    if person is not None:
        mine = Sanction.objects.filter(person=person, lifted_at__isnull=True, until__lte=now)
        due = list(mine.values_list("pk", flat=True))
    done = 0
    for key in due:
        try:
            done += _expire(key, now=now)
        except Exception:
            logger.exception("Could not lift sanction %s", key)
    return done


def locked_person(person: User) -> User:
    """Somebody with their row locked: what holds for them changes one after the other. Taken after a case, before a Space."""
    return User.objects.select_for_update(no_key=True).get(pk=person.pk)


def _expire(key: int, *, now: datetime) -> int:
    sanction = Sanction.objects.select_related("person", "decision").get(pk=key)
    with transaction.atomic():
        person = locked_person(sanction.person)
        if not sanctions_lift(person, [sanction], now=now):
            return 0
        audit.record(
            act="staff.expired",
            by=None,
            target_kind="person",
            target_id=person.pk,
            target_handle=person.handle,
            data={"sanction": sanction.kind, "decision": sanction.decision_id},
            now=now,
        )
        tell_over(sanction, person, now=now)
    return 1
