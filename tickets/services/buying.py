"""Who may buy a seat, or wait for one."""

from datetime import datetime

from django.conf import settings

from accounts.models import User
from rooms.errors import Removed, SpaceNotFound
from tickets.errors import AlreadyYours, NotOnSale, TicketNotNeeded
from tickets.models import Offer
from tickets.selectors.creators import rolled_out, selling_refusal
from tickets.selectors.offers import is_on_sale
from tickets.selectors.standing import Standing, standing_of
from tickets.stripe.errors import PaymentsOff


def require_may_buy(offer: Offer, user: User, *, now: datetime) -> Standing:
    """What `user` is to the Space, if they may buy a seat of it when there is one.

    Raises PaymentsOff, SpaceNotFound (a block), Removed, TicketNotNeeded, AlreadyYours, NotOnSale.
    """
    if not settings.STRIPE_API_KEY:
        raise PaymentsOff()
    standing = standing_of(offer, user, now=now)
    if standing.is_blocked:
        raise SpaceNotFound()
    if standing.is_removed:
        raise Removed()
    if standing.has_ticket:
        raise AlreadyYours()
    if standing.is_free:
        raise TicketNotNeeded()
    is_sold = is_on_sale(offer, now) and rolled_out(user)
    if not is_sold or selling_refusal(offer.seller.user, offer.seller) is not None:
        raise NotOnSale()
    return standing
