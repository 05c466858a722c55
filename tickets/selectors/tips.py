"""Who takes tips, how much one can give, and what it costs."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q

from accounts.models import User
from accounts.selectors import person_card
from rooms.models import STAGE_ROLES, Space
from tickets.amounts import money
from tickets.errors import OrderNotFound, TipsOff
from tickets.fees import card_fee_on_top
from tickets.models import Creator, Tip
from tickets.selectors.creators import rolled_out

# What a room remembers of its thanks for whoever comes in or back.
THANKS_SHOWN = 20
_THANKS_FOR = timedelta(hours=1)


def takers_among(user_ids: Collection[int]) -> dict[int, Creator]:
    """Those of these people who take tips, by their id. One query, or none where nothing is sold here."""
    if not user_ids or not settings.STRIPE_API_KEY:
        return {}
    found = Creator.objects.filter(
        ~Q(stripe_account_id=None),
        user__in=user_ids,
        tips_enabled=True,
        charges_enabled=True,
        user__is_active=True,
        user__is_suspended=False,
    ).select_related("user")
    return {creator.user_id: creator for creator in found if rolled_out(creator.user)}


def taker(person: User) -> Creator:
    """What `person` is as somebody who takes tips. Raises TipsOff."""
    found = takers_among([person.pk]).get(person.pk)
    if found is None:
        raise TipsOff()
    return found


def tip_prices(creator: Creator) -> dict[str, Any]:
    """What one can give this creator, as pages and the API show it: some amounts to choose from with what each costs, and the
    bounds of any other (minor units)."""
    return {
        "currency": creator.currency,
        "least": settings.TIP_MIN,
        "most": settings.TIP_MAX,
        "choices": [tip_price(amount, creator.currency) for amount in settings.TIP_CHOICES],
    }


def tip_price(amount: int, currency: str) -> dict[str, Any]:
    """What a tip costs: `{"amount", "card_fee", "total"}` in minor units, and each in words (`"…_words"`)."""
    fee = card_fee_on_top(amount)
    parts = {"amount": amount, "card_fee": fee, "total": amount + fee}
    return parts | {f"{name}_words": money(part, currency) for name, part in parts.items()}


def takers_in(space: Space) -> list[dict[str, Any]]:
    """Those on the stage of a Space who take tips: `{"id", "currency"}`. Two queries."""
    stage = space.participations.filter(role__in=STAGE_ROLES, removed_at__isnull=True)
    takers = takers_among(list(stage.values_list("user_id", flat=True)))
    return [{"id": str(one.user_id), "currency": one.currency} for one in takers.values()]


def thanks_in(space: Space, *, now: datetime) -> list[dict[str, Any]]:
    """The newest tips that the room has thanked for, the oldest of them first: as `tip.received`, with `at`. One query."""
    given = Tip.objects.filter(space=space, state=Tip.State.PAID, thanked_at__gt=now - _THANKS_FOR)
    newest = given.select_related("sender", "to__user").order_by("-thanked_at")[:THANKS_SHOWN]
    return [thanks_card(tip) | {"at": tip.thanked_at} for tip in reversed(newest)]


def thanks_card(tip: Tip) -> dict[str, Any]:
    """What a room hears of a tip: from whom (nobody, if they want to be unnamed) to whom. How much is between the two."""
    by = None if tip.unnamed else person_card(tip.sender)
    return {"id": str(tip.pk), "by": by, "to": person_card(tip.to.user)}


def tip_of(user: User, tip_id: UUID) -> Tip:
    """A tip that `user` gives. Raises OrderNotFound."""
    tip = Tip.objects.select_related("to__user", "space").filter(pk=tip_id, sender=user).first()
    if tip is None:
        raise OrderNotFound()
    return tip
