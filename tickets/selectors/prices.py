"""What a ticket costs, as it is said wherever a Space is shown."""

from typing import Any

from django.utils.translation import gettext as _

from rooms.models import Space
from tickets.amounts import money
from tickets.models import Offer


def ticket_card(space: Space) -> dict[str, Any] | None:
    """The price of a ticketed Space (`SPACE_TICKET`), None for a free one. No query where the Space was read with its offer."""
    offer: Offer | None = getattr(space, "offer", None)
    if offer is None:
        return None
    price = money(offer.amount, offer.currency)
    words = _("{price} ticket").format(price=price.removesuffix(".00"))
    return {"amount": offer.amount, "currency": offer.currency, "price": price, "words": words}
