"""What `seed_demo` adds of tickets (`DEMO_SEEDS`): the demo host sells, where a stand-in for Stripe is there to be paid by."""

import http.client
import logging
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings

from accounts.models import User
from rooms.services.schedule import space_schedule
from spaces_project.lib.errors import SpacesError
from tickets.models import Creator, Offer
from tickets.services.offers import offer_set
from tickets.services.onboarding import onboarding_return, onboarding_start
from tickets.services.orders import order_hold, order_sync, tip_sync
from tickets.services.tips import tip_start

logger = logging.getLogger(__name__)

_PRICE, _SEATS = 500, 20
_BUYERS = ("demo_listener", "demo_follower_001", "demo_follower_002", "demo_follower_003")


def seed(*, host: User, now: datetime) -> None:
    """Let `host` sell tickets and take tips, put a Space on sale and sell some, unless that was done. No real money."""
    if not settings.STRIPE_IS_STAND_IN:
        return
    creator, _ = Creator.objects.get_or_create(
        user=host, defaults={"selling_granted_at": now, "tips_enabled": True}
    )
    try:
        if not onboarding_return(creator=creator, now=now).can_be_paid:
            _do("complete", onboarding_start(creator=creator).url)
            onboarding_return(creator=creator, now=now)
        if not Offer.objects.filter(seller=creator).exists():
            _put_on_sale(host, now=now)
    except (SpacesError, OSError) as error:
        logger.warning("The demo host sells nothing: %s", error)


def _do(what: str, page: str) -> None:
    """Press a button on a page of the stand-in. Where it leads back to, our site, may not be up yet."""
    url = urlsplit(page)
    connection = http.client.HTTPConnection(url.netloc, timeout=settings.STRIPE_TIMEOUT_SECONDS)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", url.path, f"do={what}", headers)
        connection.getresponse().read()
    finally:
        connection.close()


def _put_on_sale(host: User, *, now: datetime) -> None:
    evening = (now + timedelta(days=2)).replace(hour=19, minute=0, second=0, microsecond=0)
    space = space_schedule(
        host=host,
        scheduled_at=evening,
        title="Stories by the fire: a small evening, with tickets",
        description="Twenty seats, and everybody can speak. The replay is included.",
        now=now,
    )
    guests = list(User.objects.filter(handle="demo_listener_2").values_list("handle", flat=True))
    offer = offer_set(space=space, by=host, amount=_PRICE, seats=_SEATS, guests=guests, now=now)
    buyers = User.objects.filter(handle__in=_BUYERS)
    for buyer in buyers:
        order = order_hold(offer=offer, buyer=buyer, now=now)
        _do("pay", order.checkout_url)
        order_sync(order=order, now=now)
    for sender in buyers[:1]:
        tip = tip_start(sender=sender, to=offer.seller, amount=_PRICE, message="For the last one.", now=now)
        _do("pay", tip.checkout_url)
        tip_sync(tip=tip, now=now)
