"""People ask to sell tickets, and staff decide; what creators choose themselves: tips, currency."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from moderation.errors import DecisionSelf
from moderation.permissions import Right, require_staff
from moderation.services.decisions import checked_reason
from spaces_project.lib import audit, limits
from spaces_project.lib.errors import Invalid
from spaces_project.lib.text import clean_line
from tickets.amounts import checked_currency
from tickets.errors import (
    AccountNotReady,
    ApplicationDecided,
    CurrencyFixed,
    NoApplication,
    NotSelling,
    TicketsNotOpen,
)
from tickets.models import Creator, CreatorApplication
from tickets.selectors.applications import application_refusal, checklist_of, latest_application
from tickets.selectors.creators import creator_of, gates_refusal, has_fixed_currency, rolled_out
from tickets.services.locks import locked_creator
from tickets.services.onboarding import onboarding_start
from tickets.services.telling_creators import tell_granted, tell_refused, tell_withdrawn
from tickets.services.tips import tips_set
from tickets.stripe.shapes import Link

REASON_MAX_LENGTH = 500
_STATES = CreatorApplication.State


def creator_apply(*, user: User, is_adult: bool, now: datetime) -> CreatorApplication:
    """`user` asks to sell tickets, and says that they are 18 or over. Asked twice it is the same application.

    Raises TooMany, TicketsNotOpen, what `SELLING_GATES` refuse with, AlreadySelling, AppliedTooSoon, NotEligible,
    Invalid (`is_adult`).
    """
    latest = latest_application(user)
    if latest is not None and latest.state == _STATES.APPLIED:
        return latest
    limits.require("creator.apply", user=user, now=now)
    checklist = checklist_of(user, now=now)
    refusal = application_refusal(
        user, creator=creator_of(user), application=latest, checklist=checklist, now=now
    )
    if refusal is not None:
        raise refusal
    if not is_adult:
        raise Invalid(fields={"is_adult": [_("Only people who are 18 or over can sell tickets.")]})
    try:
        with transaction.atomic():
            return CreatorApplication.objects.create(
                user=user,
                is_adult_attested_at=now,
                followers=checklist.followers,
                spaces=checklist.spaces,
                applied_at=now,
            )
    except IntegrityError:
        # In another tab, at the same moment (constraint `creator_application_one_open`).
        return CreatorApplication.objects.get(user=user, state=_STATES.APPLIED)


def application_withdraw(*, user: User, now: datetime) -> CreatorApplication:
    """`user` takes an application back that waits. Raises NoApplication."""
    with transaction.atomic():
        waiting = CreatorApplication.objects.select_for_update(no_key=True)
        application = waiting.filter(user=user, state=_STATES.APPLIED).first()
        if application is None:
            raise NoApplication()
        application.state, application.decided_at = _STATES.WITHDRAWN, now
        application.save(update_fields=["state", "decided_at"])
    return application


def application_grant(
    *, application: CreatorApplication, by: User, note: str = "", now: datetime
) -> CreatorApplication:
    """Staff let somebody sell tickets; `note` are words to them, or "". They are told.

    Raises NotAllowed (`staff.not_allowed`, written down), DecisionSelf, ApplicationDecided, what `SELLING_GATES` refuse with.
    """
    _require_may_decide(by, application.user, now=now)
    if refusal := gates_refusal(application.user):
        raise refusal
    note = clean_line(note)[:REASON_MAX_LENGTH]
    with transaction.atomic():
        application = _decided(application, _STATES.GRANTED, by=by, reason=note, now=now)
        creator = locked_creator(creator_made(application.user).pk)
        creator.selling_granted_at, creator.selling_withdrawn_at = now, None
        creator.save(update_fields=["selling_granted_at", "selling_withdrawn_at"])
        _write_down("selling_grant", application.user, by, note, now, application=application.pk)
        tell_granted(application, now=now)
    return application


def application_refuse(
    *, application: CreatorApplication, by: User, reason: str, now: datetime
) -> CreatorApplication:
    """Staff do not let somebody sell tickets; they are told why, and may apply again after `SELLING_APPLY_AGAIN_DAYS`.

    Raises NotAllowed (`staff.not_allowed`, written down), DecisionSelf, Invalid (`reason`), ApplicationDecided.
    """
    _require_may_decide(by, application.user, now=now)
    reason = checked_reason(reason)
    with transaction.atomic():
        application = _decided(application, _STATES.REFUSED, by=by, reason=reason, now=now)
        _write_down("selling_refuse", application.user, by, reason, now, application=application.pk)
        tell_refused(application, now=now)
    return application


def selling_withdraw(*, creator: Creator, by: User, reason: str, now: datetime) -> Creator:
    """Staff let somebody sell no more: nothing of theirs is on sale from now on. Tickets that were sold stay good, and what
    was earned stays theirs. They are told why, and may apply again. For a sanction with an end and an appeal there is the
    act `withdraw_selling` of moderation.

    Raises NotAllowed (`staff.not_allowed`, written down), DecisionSelf, Invalid (`reason`), NotSelling.
    """
    _require_may_decide(by, creator.user, now=now)
    reason = checked_reason(reason)
    with transaction.atomic():
        creator = locked_creator(creator.pk)
        if not creator.is_selling_granted:
            raise NotSelling()
        creator.selling_withdrawn_at = now
        creator.save(update_fields=["selling_withdrawn_at"])
        _write_down("selling_withdraw", creator.user, by, reason, now)
        tell_withdrawn(creator, reason, now=now)
    return creator


def payouts_connect(*, user: User, now: datetime) -> Link:
    """The page of Stripe's on which `user` says who they are and where their money goes, for the first time or again.

    Speaks to Stripe: call it outside of transactions. Raises TooMany, TicketsNotOpen, PaymentsOff, StripeUnavailable,
    StripeRefused.
    """
    creator = creator_of(user)
    has_account = creator is not None and creator.stripe_account_id
    # Whoever has one sees to it whatever the roll-out: money of theirs may be there.
    if not has_account and not rolled_out(user):
        raise TicketsNotOpen()
    limits.require("creator.onboard", user=user, now=now)
    return onboarding_start(creator=creator or creator_made(user))


def tips_switch(*, user: User, is_on: bool) -> Creator:
    """`user` takes tips, or takes none any more. Done twice it is done once.

    Raises TicketsNotOpen, AccountNotReady. Off is always possible.
    """
    creator = creator_of(user)
    if is_on:
        if not rolled_out(user):
            raise TicketsNotOpen()
        if creator is None or not creator.can_be_paid:
            raise AccountNotReady(_("Connect an account for your payouts first."))
    return tips_set(creator=creator, enabled=is_on) if creator else Creator(user=user)


def currency_set(*, user: User, currency: str) -> Creator:
    """In which currency `user` sells and is tipped, until something has been.

    Raises TicketsNotOpen, Invalid (`currency`), CurrencyFixed.
    """
    currency = checked_currency(currency)
    if not rolled_out(user):
        raise TicketsNotOpen()
    with transaction.atomic():
        creator = locked_creator(creator_made(user).pk)
        if creator.currency != currency:
            if has_fixed_currency(creator):
                raise CurrencyFixed()
            creator.currency = currency
            creator.save(update_fields=["currency"])
    return creator


def creator_made(user: User) -> Creator:
    """What `user` is as somebody who is paid; made where there is nothing yet."""
    return Creator.objects.get_or_create(user=user)[0]


def _require_may_decide(by: User, person: User, *, now: datetime) -> None:
    """Asked before the transaction, which would take the entry of a refusal back with it."""
    require_staff(by, Right.CREATORS, now=now)
    if person.pk == by.pk:
        raise DecisionSelf()


def _decided(
    application: CreatorApplication,
    state: CreatorApplication.State,
    *,
    by: User,
    reason: str,
    now: datetime,
) -> CreatorApplication:
    """The application with its decision. Of two who decide at once one does. Raises ApplicationDecided."""
    waiting = CreatorApplication.objects.filter(pk=application.pk, state=_STATES.APPLIED)
    if not waiting.update(state=state, decided_at=now, decided_by=by, reason=reason):
        raise ApplicationDecided()
    return CreatorApplication.objects.select_related("user").get(pk=application.pk)


def _write_down(act: str, person: User, by: User, reason: str, now: datetime, **data: int) -> None:
    audit.record(
        act=f"staff.{act}",
        by=by,
        target_kind="person",
        target_id=person.pk,
        target_handle=person.handle,
        reason=reason,
        data=data,
        now=now,
    )
