"""People wait for a seat of a Space that is sold out, in the order in which they came."""

import logging
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from rooms.models import Space
from spaces_project.lib import limits
from tickets.errors import SeatsFree
from tickets.models import Offer, WaitlistEntry
from tickets.selectors.offers import open_entry
from tickets.services.buying import require_may_be_sold, require_may_buy
from tickets.services.locks import locked_offer
from tickets.services.seats import seat_freed
from tickets.services.telling import tell_changed

logger = logging.getLogger(__name__)

# A round takes so many at most; the next one comes soon.
LAPSE_BATCH = 200
_OPEN = (WaitlistEntry.State.WAITING, WaitlistEntry.State.OFFERED)
OVER = (Space.State.ENDED, Space.State.CANCELLED, Space.State.EXPIRED)


def waitlist_join(*, offer: Offer, user: User, now: datetime) -> WaitlistEntry:
    """`user` waits for a seat, behind all who wait already; done twice it is done once, at the first place.

    Raises TooMany, SeatsFree (nobody waits while there are seats), and what `require_may_buy` refuses with.
    """
    limits.require("ticket.wait", user=user, now=now)
    require_may_buy(offer, user, now=now)
    require_may_be_sold(offer)
    with transaction.atomic():
        # Under the lock: else the last seat could become free at this moment, and nobody be there to be offered it.
        offer = locked_offer(offer.pk)
        entry = open_entry(offer, user)
        if entry is None:
            if offer.seats_left:
                raise SeatsFree()
            entry = WaitlistEntry.objects.create(offer=offer, user=user, joined_at=now)
    return entry


def waitlist_leave(*, offer: Offer, user: User, now: datetime) -> bool:
    """`user` waits no more; a seat that was kept for them goes to the next. Done twice it is done once. Returns whether they
    did."""
    with transaction.atomic():
        offer = locked_offer(offer.pk)
        entry = open_entry(offer, user)
        if entry is None:
            return False
        _closed(entry, WaitlistEntry.State.LEFT, offer, now=now)
    return True


def waitlist_lapse_due(*, now: datetime) -> int:
    """Let go of seats that were kept long enough, to whoever is next; and of all who wait for what is over. Beat asks for it
    every 5 s. Returns how many entries were closed."""
    due = WaitlistEntry.objects.filter(
        Q(state=WaitlistEntry.State.OFFERED, offer_until__lte=now)
        | Q(state__in=_OPEN, offer__space__state__in=OVER)
    )
    lapsed = 0
    for pk, offer_id in list(due.order_by("pk").values_list("pk", "offer_id")[:LAPSE_BATCH]):
        try:
            with transaction.atomic():
                offer = locked_offer(offer_id)
                # Asked again under the lock: they may have taken the seat meanwhile.
                entry = due.filter(pk=pk).first()
                if entry is not None:
                    _closed(entry, WaitlistEntry.State.LAPSED, offer, now=now)
                    lapsed += 1
        except Exception:
            logger.exception("Could not let go of waitlist entry %s", pk)
    return lapsed


def _closed(entry: WaitlistEntry, state: WaitlistEntry.State, offer: Offer, *, now: datetime) -> None:
    """Close an entry of a locked offer, and free the seat that was kept with it."""
    had_seat = entry.state == WaitlistEntry.State.OFFERED
    entry.state = state
    entry.save(update_fields=["state"])
    tell_changed(entry.user_id, offer.space, "lapsed")
    if had_seat:
        seat_freed(offer, now=now)
