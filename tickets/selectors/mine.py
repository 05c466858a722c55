"""What somebody has bought, waits for, and has given."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from rooms.models import Space
from tickets.models import OfferGuest, Order, Refund, Ticket, Tip, WaitlistEntry
from tickets.selectors.tickets import tickets_held

_AHEAD = (Space.State.SCHEDULED, Space.State.LIVE)
_WITH_SPACE = "offer__space__host"


def tickets_ahead(user: User) -> QuerySet[Ticket]:
    """Valid tickets for what comes, or is on air, the soonest first."""
    found = tickets_held(user).filter(state=Ticket.State.VALID, offer__space__state__in=_AHEAD)
    return found.order_by("offer__space__scheduled_at", "pk")


def tickets_past(user: User) -> QuerySet[Ticket]:
    """Valid tickets for what is over, the latest first."""
    over = tickets_held(user).filter(state=Ticket.State.VALID).exclude(offer__space__state__in=_AHEAD)
    return over.order_by("-offer__space__ended_at", "-pk")


def orders_refunded(user: User) -> QuerySet[Order]:
    """What `user` has paid and got back, or is getting back, in full or in part; the latest first."""
    back = Refund.objects.filter(order=OuterRef("pk")).exclude(state=Refund.State.FAILED)
    found = Order.objects.filter(Exists(back), buyer=user).select_related(_WITH_SPACE)
    return found.prefetch_related("refunds").order_by("-pk")


def orders_of(user: User) -> QuerySet[Order]:
    """Orders of `user` that are held, paid or refunded, the newest first."""
    states = (Order.State.HELD, Order.State.PAID, Order.State.REFUNDED)
    return Order.objects.filter(buyer=user, state__in=states).select_related(_WITH_SPACE).order_by("-pk")


def passes_of(user: User) -> QuerySet[OfferGuest]:
    """What hosts let `user` into free, the soonest first."""
    found = OfferGuest.objects.filter(user=user, offer__space__state__in=_AHEAD).select_related(_WITH_SPACE)
    return found.order_by("offer__space__scheduled_at", "pk")


def waits_of(user: User) -> QuerySet[WaitlistEntry]:
    """Where `user` waits for a seat, or has one offered; the soonest first."""
    states = (WaitlistEntry.State.WAITING, WaitlistEntry.State.OFFERED)
    found = WaitlistEntry.objects.filter(user=user, state__in=states).select_related(_WITH_SPACE)
    return found.order_by("offer__space__scheduled_at", "pk")


def holds_of(user: User, *, now: datetime) -> QuerySet[Order]:
    """Seats that are held for `user` now, until they have paid."""
    held = Order.objects.filter(buyer=user, state=Order.State.HELD, held_until__gt=now)
    return held.select_related(_WITH_SPACE).order_by("held_until")


def tips_given(user: User) -> QuerySet[Tip]:
    """Tips of `user` that were paid, the latest first."""
    paid = Tip.objects.filter(sender=user, state__in=(Tip.State.PAID, Tip.State.REFUNDED))
    return paid.select_related("to__user", "space").order_by("-pk")
