"""Tips: the creator gets all of what is given, the sender pays the fee of the card on top, shown beforehand."""

import logging
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from accounts.models import User
from accounts.selectors import is_blocked_between
from rooms.events import tell_space
from rooms.models import Participation, Space
from spaces_project.lib import limits
from spaces_project.lib.errors import Invalid
from spaces_project.lib.tasks import enqueue_on_commit
from spaces_project.lib.text import clean_line
from tickets.amounts import checked_amount
from tickets.chart import CARD_FEE, CUSTOMER, host_account
from tickets.errors import PaymentMismatch, TipSelf, TipsOff
from tickets.fees import card_fee_on_top
from tickets.models import Creator, LedgerTransaction, Tip
from tickets.selectors.creators import rolled_out
from tickets.selectors.tips import thanks_card
from tickets.services import ledger
from tickets.services.checkout import checkout_make, holds_until
from tickets.services.locks import locked_tip
from tickets.services.telling import tell_tip_paid, tell_tipped
from tickets.stripe.errors import PaymentsOff, StripeRefused

logger = logging.getLogger(__name__)

EXPIRE_BATCH = 200


def tip_start(
    *,
    sender: User,
    to: Creator,
    amount: int,
    space: Space | None = None,
    unnamed: bool = False,
    message: str = "",
    now: datetime,
) -> Tip:
    """Begin to give `amount` (minor units of the creator's currency), and return the tip with its `checkout_url`.

    In a `space`, to its host or somebody who has spoken there; whoever is inside hears of it, from nobody if `unnamed`. The
    same again, while the first is being paid, is the same tip. Raises TooMany, Invalid (`amount`, `message`), TipSelf, TipsOff,
    PaymentsOff, StripeUnavailable (ask again), StripeRefused.
    """
    limits.require("tip.start", user=sender, now=now)
    if not settings.STRIPE_API_KEY:
        raise PaymentsOff()
    amount = checked_amount(amount, least=settings.TIP_MIN, most=settings.TIP_MAX)
    message = clean_line(message)
    if len(message) > settings.TIP_MESSAGE_MAX_LENGTH:
        raise Invalid(
            fields={
                "message": [
                    gettext("Use at most {most} characters.").format(most=settings.TIP_MESSAGE_MAX_LENGTH)
                ]
            }
        )
    _require_may_tip(sender, to, space)
    terms = {
        "sender": sender,
        "to": to,
        "space": space,
        "amount": amount,
        "card_fee": card_fee_on_top(amount),
        "currency": to.currency,
        "unnamed": unnamed,
        "message": message,
    }
    tip = Tip.objects.filter(**terms, state=Tip.State.HELD, held_until__gt=now).first()
    if tip is None:
        tip = Tip.objects.create(**terms, held_at=now, held_until=holds_until(now))
    try:
        checkout_make(tip)
    except StripeRefused:
        tip_failed(tip_id=tip.pk, now=now)
        raise
    return tip


def takes_tips(to: Creator) -> bool:
    """Whether this creator has switched tips on, and can be paid."""
    return to.tips_enabled and to.can_be_paid and to.user.is_active and not to.user.is_suspended


def tips_set(*, creator: Creator, enabled: bool) -> Creator:
    """A creator takes tips, or no more. Done twice it is done once."""
    creator.tips_enabled = enabled
    creator.save(update_fields=["tips_enabled"])
    return creator


def tip_paid(*, tip_id: UUID, payment_intent_id: str, amount: int, currency: str, now: datetime) -> Tip:
    """The money of a tip has come in: all of it is the creator's, and the room says thank you. Told twice it is done once, and
    a payment that comes late is as good. Raises OrderNotFound, PaymentMismatch."""
    with transaction.atomic():
        creator, tip = locked_tip(tip_id)
        if tip.state in (Tip.State.PAID, Tip.State.REFUNDED):
            return tip
        if (amount, currency) != (tip.total, tip.currency):
            raise PaymentMismatch(f"{amount} {currency} was paid for tip {tip_id}.")
        tip.state, tip.paid_at, tip.payment_intent_id = Tip.State.PAID, now, payment_intent_id
        if tip.space is not None and tip.space.is_live:
            tip.thanked_at = now
            _thanked(tip, tip.space)
        tip.save(update_fields=["state", "paid_at", "payment_intent_id", "thanked_at"])
        ledger.post(
            kind=LedgerTransaction.Kind.TIP_PAID,
            reference=f"tip:{tip.pk}:paid",
            transfers=[
                (CUSTOMER, host_account(creator.pk), tip.amount),
                (CUSTOMER, CARD_FEE, tip.card_fee),
            ],
            currency=tip.currency,
            creator_id=creator.pk,
            tip_id=tip.pk,
            now=now,
        )
        tell_tipped(tip, now=now)
        tell_tip_paid(tip, now=now)
    return tip


def tip_failed(*, tip_id: UUID, now: datetime, state: Tip.State = Tip.State.FAILED) -> Tip:
    """A tip was not paid, and will not be. Told twice it is done once. Raises OrderNotFound."""
    with transaction.atomic():
        _, tip = locked_tip(tip_id)
        if tip.state == Tip.State.HELD:
            tip.state = state
            tip.save(update_fields=["state"])
            if tip.checkout_session_id:
                enqueue_on_commit("tickets.tasks.checkout_close", tip.checkout_session_id)
    return tip


def tips_expire_due(*, now: datetime) -> int:
    """Give up tips that were not paid in time; beat asks for it every 5 s. Returns how many."""
    due = Tip.objects.filter(state=Tip.State.HELD, held_until__lte=now).order_by("held_until")
    found = list(due.values_list("pk", flat=True)[:EXPIRE_BATCH])
    for tip_id in found:
        try:
            tip_failed(tip_id=tip_id, now=now, state=Tip.State.EXPIRED)
        except Exception:
            logger.exception("Could not expire tip %s", tip_id)
    return len(found)


def _require_may_tip(sender: User, to: Creator, space: Space | None) -> None:
    if sender.pk == to.user_id:
        raise TipSelf()
    if not takes_tips(to) or not rolled_out(to.user) or is_blocked_between(sender, to.user):
        raise TipsOff()
    if space is not None and space.host_id != to.user_id:
        spoke = Participation.objects.filter(
            space=space, user=to.user_id, spoke_at__isnull=False, removed_at__isnull=True
        )
        if not spoke.exists():
            raise TipsOff()


def _thanked(tip: Tip, space: Space) -> None:
    """Everybody inside hears who has given something to whom; how much is between the two."""
    tell_space(space, "tip.received", thanks_card(tip))
