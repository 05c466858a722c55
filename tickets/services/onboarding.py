"""A creator's account at Stripe: made by us, set up by them on Stripe's pages, and what Stripe says of it since."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from tickets.errors import AccountNotReady
from tickets.links import onboarding_again, onboarding_done
from tickets.models import Creator
from tickets.services.locks import locked_creator
from tickets.services.telling_money import tell_account
from tickets.stripe import gateway
from tickets.stripe.errors import StripeRefused
from tickets.stripe.shapes import Account, Link

logger = logging.getLogger(__name__)

# What stands for Stripe's reason where the creator has taken us the account away.
LEFT = "platform_removed"
# Stripe answers so where an account is gone, or no longer connected with ours.
_GONE_STATUSES = frozenset({403, 404})
_REASON_MAX = 100
# A round reads so many accounts again at most; the next one comes in an hour.
SYNC_BATCH = 500


def onboarding_start(*, creator: Creator) -> Link:
    """The page of Stripe's on which `creator` says who they are, and where their money goes; to be followed at once.

    It is the same for the first time and for what Stripe wants to know later. Their account is made if they have none, or left
    the one they had: asked twice, or at once, they get one. Raises PaymentsOff, StripeUnavailable, StripeRefused.
    """
    before = creator.stripe_account_id
    if not before or creator.disabled_reason == LEFT:
        made = gateway.account_create(
            user_ref=str(creator.user_id),
            email=creator.user.email,
            idempotency_key=f"account-{creator.pk}" + (f"-after-{before}" if before else ""),
        )
        Creator.objects.filter(pk=creator.pk, stripe_account_id=before).update(
            stripe_account_id=made.id, details_submitted=False, disabled_reason=""
        )
        creator.refresh_from_db(fields=["stripe_account_id", "details_submitted", "disabled_reason"])
    return gateway.account_link(
        account_id=creator.stripe_account_id or "",
        refresh_url=onboarding_again(),
        return_url=onboarding_done(),
    )


def onboarding_return(*, creator: Creator, now: datetime) -> Creator:
    """They come back from there, done or not: read what Stripe knows. Raises PaymentsOff, StripeUnavailable."""
    if creator.stripe_account_id:
        account_sync(account_id=creator.stripe_account_id, now=now)
        creator.refresh_from_db()
    return creator


def login_page(*, creator: Creator) -> Link:
    """Their own pages at Stripe: balance, payouts, bank; to be followed at once.

    Raises AccountNotReady while they have not set it up, PaymentsOff, StripeUnavailable, StripeRefused.
    """
    if not (creator.stripe_account_id and creator.details_submitted):
        raise AccountNotReady()
    return gateway.login_link(creator.stripe_account_id)


def account_sync(*, account_id: str, now: datetime) -> Creator | None:
    """Read an account at Stripe, and note what it may do. None where it is nobody's here.

    An account that is gone, or was taken from us, may nothing. Raises PaymentsOff, StripeUnavailable, StripeRefused.
    """
    if not Creator.objects.filter(stripe_account_id=account_id).exists():
        return None
    try:
        facts = gateway.account_get(account_id)
    except StripeRefused as error:
        if error.stripe_status not in _GONE_STATUSES:
            raise
        return _noted(
            account_id,
            now=now,
            charges_enabled=False,
            payouts_enabled=False,
            requirements={},
            disabled_reason=LEFT,
        )
    return account_synced(facts=facts, now=now)


def account_synced(*, facts: Account, now: datetime) -> Creator | None:
    """Note what Stripe says of an account that was read a moment ago.

    While it may not take payments nothing of the creator's is on sale (`Creator.can_be_paid`); they hear of it when that
    changes. What is sold stays sold.
    """
    return _noted(
        facts.id,
        now=now,
        details_submitted=facts.details_submitted,
        # A charge of ours goes to them by a transfer, which they must be able to receive.
        charges_enabled=facts.charges_enabled and facts.may_receive,
        payouts_enabled=facts.payouts_enabled,
        requirements=facts.requirements,
        disabled_reason=facts.disabled_reason[:_REASON_MAX],
    )


def accounts_sync_due(*, now: datetime) -> int:
    """Read accounts again that nobody has told of for a day, or, while they cannot be paid, for an hour. Returns how many."""
    hour, day = now - timedelta(hours=1), now - timedelta(days=1)
    stale = Q(synced_at__isnull=True) | Q(synced_at__lt=day) | Q(charges_enabled=False, synced_at__lt=hour)
    due = Creator.objects.filter(stale, stripe_account_id__isnull=False).order_by("synced_at", "pk")
    found = list(due.values_list("stripe_account_id", flat=True)[:SYNC_BATCH])
    for account_id in found:
        try:
            account_sync(account_id=account_id or "", now=now)
        except Exception:
            logger.exception("Could not read account %s", account_id)
    return len(found)


def _noted(account_id: str, *, now: datetime, **said: object) -> Creator | None:
    with transaction.atomic():
        key = Creator.objects.filter(stripe_account_id=account_id).values_list("pk", flat=True).first()
        if key is None:
            return None
        creator = locked_creator(key)
        could = creator.can_be_paid
        for name, value in said.items():
            setattr(creator, name, value)
        creator.synced_at = now
        creator.save(update_fields=[*said, "synced_at"])
        if creator.can_be_paid != could:
            tell_account(creator, now=now)
    return creator
