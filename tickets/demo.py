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
from tickets.stripe.shapes import Link

logger = logging.getLogger(__name__)

_PRICE, _SEATS = 500, 20


def seed(*, host: User, now: datetime) -> None:
    """Let `host` sell tickets and take tips, and put a Space on sale, unless that was done. Real money is not touched."""
    if not settings.STRIPE_IS_STAND_IN:
        return
    creator, _ = Creator.objects.get_or_create(
        user=host, defaults={"selling_granted_at": now, "tips_enabled": True}
    )
    try:
        if not onboarding_return(creator=creator, now=now).can_be_paid:
            _set_up(onboarding_start(creator=creator))
            onboarding_return(creator=creator, now=now)
        if not Offer.objects.filter(seller=creator).exists():
            _put_on_sale(host, now=now)
    except (SpacesError, OSError) as error:
        logger.warning("The demo host sells nothing: %s", error)


def _set_up(link: Link) -> None:
    """Do what the host would on that page. Where it leads back to, our site, may not be up yet."""
    url = urlsplit(link.url)
    connection = http.client.HTTPConnection(url.netloc, timeout=settings.STRIPE_TIMEOUT_SECONDS)
    try:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", url.path, "do=complete", headers)
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
    offer_set(space=space, by=host, amount=_PRICE, seats=_SEATS, now=now)
