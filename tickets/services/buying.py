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
    """What `user` is to the Space, if they may buy a seat of it when there is one, as far as they are concerned. One query.

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
    if not is_on_sale(offer, now) or not rolled_out(user):
        raise NotOnSale()
    return standing


def require_may_be_sold(offer: Offer) -> None:
    """Whether staff still let the seller sell: asked once a seat is held, before there is a page to pay on, since a crowd that
    wants seats need not ask for it one by one. Raises NotOnSale."""
    if selling_refusal(offer.seller.user, offer.seller) is not None:
        raise NotOnSale()
