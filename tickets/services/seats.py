"""How many seats are taken moves here alone, and never by more than there are.

A seat is taken by ONE statement, which counts up under its own condition: the row is locked while the database works on that
statement, and not while anybody thinks. A thousand who want the last seat pass one after the other at its speed.
"""

from contextlib import nullcontext
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q

from tickets.models import Offer, Order, WaitlistEntry
from tickets.selectors.offers import waiting_line
from tickets.services.telling import tell_seat_offered

_TAKEN_AND_ORDERED = """
WITH seat AS (
  UPDATE tickets_offer SET seats_taken = seats_taken + 1
  WHERE id = %s AND seats_taken < seats AND state = 'open'
    AND (sale_opens_at IS NULL OR sale_opens_at <= %s) AND (sale_closes_at IS NULL OR sale_closes_at > %s)
  RETURNING amount, currency
)
INSERT INTO tickets_order (amount, currency, {columns}) SELECT amount, currency, {values} FROM seat
RETURNING amount, currency
"""


def seat_ordered(order: Order, *, now: datetime) -> bool:
    """Take a seat and write `order` (new, held), at the price of this moment; False where there is none, or no sale now.

    Raises IntegrityError, and takes nothing, where the buyer holds a seat already (constraint `order_one_held`).
    """
    if connection.vendor == "postgresql":
        return _in_one_statement(order, now)
    with transaction.atomic():
        on_sale = Offer.objects.filter(
            Q(sale_opens_at__isnull=True) | Q(sale_opens_at__lte=now),
            Q(sale_closes_at__isnull=True) | Q(sale_closes_at__gt=now),
            pk=order.offer_id,
            state=Offer.State.OPEN,
        )
        if not on_sale.filter(seats_taken__lt=F("seats")).update(seats_taken=F("seats_taken") + 1):
            return False
        order.amount, order.currency = Offer.objects.values_list("amount", "currency").get(pk=order.offer_id)
        order.save(force_insert=True)
    return True


def _in_one_statement(order: Order, now: datetime) -> bool:
    sql, fields = _statement()
    # What the model says of each column, so that the statement stays in step with it.
    values = [field.get_db_prep_save(field.pre_save(order, True), connection) for field in fields]
    # Within a transaction a savepoint keeps the rest of it; without one, the statement is its own, and the row free at its end.
    apart = transaction.atomic() if connection.in_atomic_block else nullcontext()
    with apart, connection.cursor() as cursor:
        cursor.execute(sql, [order.offer_id, now, now, *values])
        row = cursor.fetchone()
    if row is None:
        return False
    order.amount, order.currency = row
    order._state.adding, order._state.db = False, connection.alias
    return True


@cache
def _statement() -> tuple[str, list[Any]]:
    """The statement, and the fields of an order whose values it takes, in their order."""
    fields = [field for field in Order._meta.concrete_fields if field.name not in ("amount", "currency")]
    columns = ", ".join(connection.ops.quote_name(field.attname) for field in fields)
    values = ", ".join(f"%s::{field.db_type(connection)}" for field in fields)
    return _TAKEN_AND_ORDERED.format(columns=columns, values=values), fields


def seat_taken(offer_id: int) -> bool:
    """Take a seat for a payment that came late, whatever the sale; False where there is none."""
    free = Offer.objects.filter(pk=offer_id, seats_taken__lt=F("seats"))
    return bool(free.update(seats_taken=F("seats_taken") + 1))


def seat_freed(offer: Offer, *, now: datetime) -> None:
    """A seat of a locked offer is free: it is kept for the next in line, or free for all."""
    if not _offered_to_next(offer, now=now):
        Offer.objects.filter(pk=offer.pk).update(seats_taken=F("seats_taken") - 1)


def seats_handed_out(offer: Offer, *, now: datetime) -> int:
    """Keep free seats of a locked offer for those who wait: it has more seats, or is on sale again. Returns how many."""
    handed = 0
    for _ in range(offer.seats - offer.seats_taken):
        if not _offered_to_next(offer, now=now):
            break
        handed += 1
    if handed:
        Offer.objects.filter(pk=offer.pk).update(seats_taken=F("seats_taken") + handed)
        offer.seats_taken += handed
    return handed


def _offered_to_next(offer: Offer, *, now: datetime) -> bool:
    """Offer a seat that counts as taken to who waits longest. False where nobody waits, or nothing is sold now."""
    space, closes_at = offer.space, offer.sale_closes_at
    is_over = not (space.is_scheduled or space.is_live) or (closes_at is not None and closes_at <= now)
    if is_over or offer.state != Offer.State.OPEN:
        return False
    entry = waiting_line(offer).select_related("user").first()
    if entry is None:
        return False
    entry.state, entry.offered_at = WaitlistEntry.State.OFFERED, now
    entry.offer_until = _kept_until(offer, now)
    entry.save(update_fields=["state", "offered_at", "offer_until"])
    tell_seat_offered(entry, offer, now=now)
    return True


def _kept_until(offer: Offer, now: datetime) -> datetime:
    """Until when a seat is kept: `TICKETS_OFFER_MINUTES`, but not past the start, unless that is too near to be answered."""
    short = now + timedelta(minutes=settings.TICKETS_OFFER_MINUTES_LATE)
    starts_at = offer.space.scheduled_at
    if offer.space.is_live or starts_at is None:
        return short
    return min(now + timedelta(minutes=settings.TICKETS_OFFER_MINUTES), max(starts_at, short))
