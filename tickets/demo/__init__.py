"""What the demo sells: a creator, a ticketed Space, some tickets sold, a tip. With the stand-in for Stripe alone."""

import json
import logging
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings

from accounts.models import User
from accounts.selectors import hosting_eligibility
from rooms.models import Space
from rooms.selectors import upcoming_of
from rooms.services.schedule import space_schedule
from spaces_project.lib.errors import SpacesError
from tickets.models import Creator, Offer, Tip
from tickets.services.offers import offer_set
from tickets.services.onboarding import account_sync
from tickets.services.orders import order_hold, order_sync, tip_sync
from tickets.services.tips import tip_start
from tickets.stripe import gateway

logger = logging.getLogger(__name__)

CREATOR = "demo_creator"
BUYERS = ("demo_listener", "demo_follower_001", "demo_follower_002", "demo_follower_003", "demo_follower_004")
_TITLE = "Wine by ear: six bottles, no labels"
_TIMEOUT_SECONDS = 10


def seed(*, now: datetime) -> None:
    """Add what is missing (`DEMO_SEEDS`); nothing where there is no stand-in, or it does not answer."""
    user = User.objects.filter(handle=CREATOR).first()
    if user is None or not settings.STRIPE_IS_STAND_IN:
        return
    try:
        creator = _creator(user, now=now)
        space = _space(user, now=now)
        if space is not None:
            _sell(space, user, now=now)
            _tip(creator, now=now)
    except (SpacesError, OSError) as error:
        logger.warning("The demo has nothing to sell: %s", error)


def _creator(user: User, *, now: datetime) -> Creator:
    """Staff have let them sell, and their account takes payments."""
    creator, _ = Creator.objects.get_or_create(
        user=user, defaults={"selling_granted_at": now, "tips_enabled": True, "currency": "usd"}
    )
    if creator.stripe_account_id is None:
        account = gateway.account_create(
            user_ref=str(user.pk), email=user.email, idempotency_key=f"account-{creator.pk}"
        )
        Creator.objects.filter(pk=creator.pk).update(stripe_account_id=account.id)
        _tell("account", account=account.id, outcome="complete")
        account_sync(account_id=account.id, now=now)
        creator.refresh_from_db()
    return creator


def _space(user: User, *, now: datetime) -> Space | None:
    """A new Space, unless one waits already."""
    if not hosting_eligibility(user).eligible or upcoming_of(user).exists():
        return None
    evening = (now + timedelta(days=2)).replace(hour=19, minute=0, second=0, microsecond=0)
    return space_schedule(
        host=user,
        scheduled_at=evening,
        title=_TITLE,
        description="Bring a glass. I describe, you taste, and we find out who was right.",
        now=now,
    )


def _sell(space: Space, user: User, *, now: datetime) -> None:
    offer: Offer = offer_set(space=space, by=user, amount=500, seats=50, guests=["demo_listener_2"], now=now)
    for buyer in User.objects.filter(handle__in=BUYERS):
        order = order_hold(offer=offer, buyer=buyer, now=now)
        _tell("pay", session=order.checkout_session_id)
        order_sync(order=order, now=now)


def _tip(creator: Creator, *, now: datetime) -> None:
    sender = User.objects.filter(handle=BUYERS[0]).first()
    if sender is None or Tip.objects.filter(to=creator).exists():
        return
    tip = tip_start(sender=sender, to=creator, amount=500, message="For the last evening.", now=now)
    _tell("pay", session=tip.checkout_session_id)
    tip_sync(tip=tip, now=now)


def _tell(order: str, **told: Any) -> None:
    """Tell the stand-in what people do on its pages. Raises OSError."""
    request = urllib.request.Request(  # noqa: S310  # the address is the operator's
        f"{settings.STRIPE_API_BASE}/_control/{order}",
        json.dumps(told).encode(),
        {"Authorization": f"Bearer {settings.STRIPE_API_KEY}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS):  # noqa: S310
        pass
