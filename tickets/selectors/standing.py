"""What somebody is to a ticketed Space: everything that decides whether they may buy, asked in one query."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from accounts.models import User
from accounts.selectors import blocks_with
from rooms.models import STAGE_ROLES, Invitation, Participation, Space
from tickets.models import Offer, OfferGuest, Order, Ticket, WaitlistEntry


@dataclass(frozen=True, slots=True)
class Standing:
    """`held_order`: the order with which they hold a seat that has not run out; `waiting`: they are in the waitlist, `kept`:
    and a seat is kept for them now."""

    is_blocked: bool
    is_removed: bool
    is_free: bool
    has_ticket: bool
    held_order: UUID | None
    waiting: bool
    kept: bool


def standing_of(offer: Offer, user: User, *, now: datetime) -> Standing:
    """What `user` is to the Space of this offer, whose `space` and `seller` are read. One query.

    `is_free` is what `needs_no_ticket` answers: they get in as they are.
    """
    here = {"space": offer.space_id, "user": OuterRef("pk")}
    mine = {"offer": offer.pk, "user": OuterRef("pk")}
    held = Order.objects.filter(
        offer=offer.pk, buyer=OuterRef("pk"), state=Order.State.HELD, held_until__gt=now
    )
    inside = Participation.objects.filter(**here)
    space = Space.objects.filter(pk=offer.space_id)
    found = (
        User.objects.filter(pk=user.pk)
        .values_list(
            Exists(space.filter(blocks_with(user, "host_id"))),
            Exists(inside.filter(removed_at__isnull=False)),
            Exists(inside.filter(removed_at__isnull=True, role__in=STAGE_ROLES)),
            Exists(Invitation.objects.filter(**here, state=Invitation.State.OPEN)),
            Exists(OfferGuest.objects.filter(**mine)),
            Exists(Ticket.objects.filter(offer=offer.pk, holder=OuterRef("pk"), state=Ticket.State.VALID)),
            Subquery(held.values("pk")[:1]),
            Exists(WaitlistEntry.objects.filter(**mine, state=WaitlistEntry.State.WAITING)),
            Exists(
                WaitlistEntry.objects.filter(**mine, state=WaitlistEntry.State.OFFERED, offer_until__gt=now)
            ),
        )
        .get()
    )
    blocked, removed, on_stage, invited, guest, ticket, order, waiting, kept = found
    sells = user.pk in (offer.space.host_id, offer.seller.user_id)
    return Standing(
        is_blocked=blocked,
        is_removed=removed,
        is_free=sells or on_stage or invited or guest,
        has_ticket=ticket,
        held_order=order,
        waiting=waiting or kept,
        kept=kept,
    )
