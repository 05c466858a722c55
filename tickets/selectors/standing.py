"""What somebody is to a ticketed Space: everything that decides whether they may buy, asked in one query."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from accounts.models import User
from rooms.models import Space
from tickets.models import Offer

# In SQL: a crowd asks this at the same moment, and to put it together with the ORM takes ten times as long as to answer it.
_STANDING = """
SELECT
  EXISTS (SELECT 1 FROM accounts_block
    WHERE owner_id = %(user)s AND person_id = %(host)s OR owner_id = %(host)s AND person_id = %(user)s),
  EXISTS (SELECT 1 FROM rooms_participation
    WHERE space_id = %(space)s AND user_id = %(user)s AND removed_at IS NOT NULL),
  EXISTS (SELECT 1 FROM rooms_participation
    WHERE space_id = %(space)s AND user_id = %(user)s AND removed_at IS NULL AND role <> 'listener')
  OR EXISTS (SELECT 1 FROM rooms_invitation
    WHERE space_id = %(space)s AND user_id = %(user)s AND state = 'open')
  OR EXISTS (SELECT 1 FROM tickets_offerguest WHERE offer_id = %(offer)s AND user_id = %(user)s),
  EXISTS (SELECT 1 FROM tickets_ticket
    WHERE offer_id = %(offer)s AND holder_id = %(user)s AND state = 'valid'),
  (SELECT id FROM tickets_order
    WHERE offer_id = %(offer)s AND buyer_id = %(user)s AND state = 'held' AND held_until > %(now)s),
  EXISTS (SELECT 1 FROM tickets_waitlistentry
    WHERE offer_id = %(offer)s AND user_id = %(user)s AND state IN ('waiting', 'offered')),
  EXISTS (SELECT 1 FROM tickets_waitlistentry
    WHERE offer_id = %(offer)s AND user_id = %(user)s AND state = 'offered' AND offer_until > %(now)s)
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """`is_free`: they get in as they are (`needs_no_ticket`); `held_order`: with it they hold a seat that has not run out;
    `waiting`: they are in the waitlist; `kept`: and a seat is kept for them now."""

    is_blocked: bool
    is_removed: bool
    is_free: bool
    has_ticket: bool
    held_order: UUID | None
    waiting: bool
    kept: bool


def standing_of(offer: Offer, user: User, *, now: datetime) -> Standing:
    """What `user` is to the Space of this offer, whose `space` and `seller` are read. One query."""
    asked = {
        "user": user.pk,
        "host": offer.space.host_id,
        "offer": offer.pk,
        "space": Space._meta.pk.get_db_prep_value(offer.space_id, connection),
        "now": connection.ops.adapt_datetimefield_value(now),
    }
    with connection.cursor() as cursor:
        cursor.execute(_STANDING, asked)
        blocked, removed, free, ticket, order, waiting, kept = cursor.fetchone()
    return Standing(
        is_blocked=bool(blocked),
        is_removed=bool(removed),
        is_free=bool(free) or user.pk in (offer.space.host_id, offer.seller.user_id),
        has_ticket=bool(ticket),
        held_order=order if order is None or isinstance(order, UUID) else UUID(order),
        waiting=bool(waiting),
        kept=bool(kept),
    )
