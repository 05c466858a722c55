"""Who gets what of a payment: integers alone, and nothing is lost in rounding.

The host's share is `HOST_SHARE_TIERS`: 97% of sales up to 50,000.00 over a creator's lifetime, 80% of what lies beyond. Each
tier is a room that sales fill: an order takes of the first what is left there, and the rest from the next. So a sale across the
border is split exactly, and what expired or was refunded gives its part back: in all, exactly 50,000.00 are sold at 97%.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

_WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Split:
    """`amount` = `platform_fee` + `card_fee` + `host_amount`; `tier_amounts` is how much of it fell into each tier."""

    amount: int
    platform_fee: int
    card_fee: int
    host_amount: int
    tier_amounts: list[int]

    @property
    def application_fee(self) -> int:
        """What Stripe keeps back for the product."""
        return self.platform_fee + self.card_fee


def split(amount: int, *, used: Sequence[int]) -> Split:
    """How a sale of `amount` is divided when `used` of each tier is filled. The product's own fee is rounded down."""
    parts = drawn(amount, used=used)
    shares = [share for _, share in settings.HOST_SHARE_TIERS]
    platform = sum(part * (_WHOLE - share) for part, share in zip(parts, shares, strict=True)) // _WHOLE
    card = min(card_fee_of(amount), amount - platform)
    return Split(amount, platform, card, amount - platform - card, parts)


def drawn(amount: int, *, used: Sequence[int]) -> list[int]:
    """How much of `amount` falls into each tier: as much as is left in the first, then the next."""
    parts: list[int] = []
    below = 0
    for number, (upto, _) in enumerate(settings.HOST_SHARE_TIERS):
        taken = used[number] if number < len(used) else 0
        room = amount if upto is None else max(0, upto - below - taken)
        part = min(amount - sum(parts), room)
        parts.append(part)
        below = upto or below
    return parts


def added(used: Sequence[int], parts: Sequence[int], *, sign: int = 1) -> list[int]:
    """What is used of each tier once `parts` are taken (`sign` 1) or given back (-1)."""
    length = max(len(used), len(parts))
    padded = [list(one) + [0] * (length - len(one)) for one in (used, parts)]
    return [max(0, a + sign * b) for a, b in zip(*padded, strict=True)]


def card_fee_of(amount: int) -> int:
    """What processing a card payment of `amount` is counted with: `CARD_FEE_BASIS_POINTS` and `CARD_FEE_FIXED`, rounded up
    from half a cent."""
    basis: int = settings.CARD_FEE_BASIS_POINTS
    fixed: int = settings.CARD_FEE_FIXED
    return (amount * basis + _WHOLE // 2) // _WHOLE + fixed


def card_fee_on_top(amount: int) -> int:
    """What somebody pays beside `amount` so that, after the fee of the whole payment, `amount` is left: the least such."""
    fee = card_fee_of(amount)
    while card_fee_of(amount + fee) > fee:
        fee = card_fee_of(amount + fee)
    return fee


def share_of(part: int, *, refunded: int, more: int, whole: int) -> int:
    """How much of `part` goes back when `more` of `whole` is refunded after `refunded`; all refunds together give all of it."""
    return part * (refunded + more) // whole - part * refunded // whole


def paid_back(
    *, platform_fee: int, card_fee: int, whole: int, refunded: int, more: int
) -> tuple[int, int, int]:
    """How `more` of a payment of `whole` is borne when `refunded` went back before: (platform fee, card fee, creator's money).

    In proportion, as Stripe does; none is ever less than nothing, and all refunds of a payment together give back each part
    to the cent.
    """
    fee = platform_fee + card_fee
    before, after = fee * refunded // whole, fee * (refunded + more) // whole
    platform = share_of(platform_fee, refunded=before, more=after - before, whole=fee) if fee else 0
    return platform, after - before - platform, more - (after - before)
