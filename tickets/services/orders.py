"""A seat is held, paid, or let go.

Whoever hears first that something was paid (the page that the buyer comes back to, a webhook, reconciliation) says so with
`checkout_synced`; every effect is there once, whatever comes how often and in which order.
"""

import logging
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from accounts.models import User
from rooms.models import Space
from rooms.services.reminders import reminder_set
from spaces_project.lib import limits
from spaces_project.lib.errors import SpacesError
from spaces_project.lib.tasks import enqueue_on_commit
from tickets.chart import CARD_FEE, CUSTOMER, PLATFORM_FEE, host_account
from tickets.errors import NotOnSale, OrderNotHeld, PaymentMismatch, SoldOut
from tickets.fees import added, split
from tickets.models import LedgerTransaction, Offer, Order, Refund, Ticket, Tip, WaitlistEntry
from tickets.selectors.tickets import open_order
from tickets.services import ledger
from tickets.services.buying import require_may_be_sold, require_may_buy
from tickets.services.checkout import checkout_make, checkout_read, holds_until, paid_with
from tickets.services.locks import locked_offer, locked_order
from tickets.services.refunds import gone_reason, refund_begin
from tickets.services.seats import seat_freed, seat_ordered, seat_taken
from tickets.services.telling import tell_bought, tell_changed
from tickets.services.tips import tip_failed, tip_paid
from tickets.stripe.errors import StripeRefused
from tickets.stripe.shapes import CheckoutSession

logger = logging.getLogger(__name__)

# A round takes so many at most; the next one comes soon.
EXPIRE_BATCH = 200


def order_hold(*, offer: Offer, buyer: User, now: datetime) -> Order:
    """Hold a seat for `buyer` while they pay (`TICKETS_HOLD_MINUTES`), and return the order with its `checkout_url`.

    Asked again, in another tab or at the same moment, it is the same order and the same page. Raises TooMany, SoldOut, what
    `require_may_buy` refuses with, StripeUnavailable (the seat stays held: ask again), StripeRefused.
    """
    return order_checkout(order=seat_hold(offer=offer, buyer=buyer, now=now), now=now)


def seat_hold(*, offer: Offer, buyer: User, now: datetime) -> Order:
    """The first half of `order_hold`: the seat alone, without a word to Stripe. Raises as that does, but for Stripe's
    errors."""
    limits.require("ticket.hold", user=buyer, now=now)
    standing = require_may_buy(offer, buyer, now=now)
    if standing.held_order and (held := open_order(offer, buyer, now=now)):
        return held
    order = Order(
        offer=offer,
        buyer=buyer,
        description=offer.space.title,
        amount=offer.amount,
        currency=offer.currency,
        held_at=now,
        held_until=holds_until(now),
    )
    try:
        is_held = _kept_seat_ordered(order, now=now) if standing.kept else seat_ordered(order, now=now)
    except IntegrityError:
        # The same person, at the same moment: theirs is the one that was first.
        if held := open_order(offer, buyer, now=now):
            return held
        # Or one of theirs that ran out a moment ago, and that beat has not come to yet.
        old = Order.objects.filter(offer=offer, buyer=buyer, state=Order.State.HELD).values_list(
            "pk", flat=True
        )
        for order_id in old:
            order_expire(order_id=order_id, now=now)
        is_held = seat_ordered(order, now=now)
    if not is_held:
        raise SoldOut()
    if standing.waiting:
        # A seat was free before it was their turn: they wait no more.
        waiting = WaitlistEntry.objects.filter(offer=offer, user=buyer, state=WaitlistEntry.State.WAITING)
        waiting.update(state=WaitlistEntry.State.TAKEN)
    return order


def order_checkout(*, order: Order, now: datetime) -> Order:
    """Price a held order, once, and give it its page at Stripe. Returns it as it is then.

    Where the seller may not sell any more, or Stripe refuses for good, the seat is free again. Raises OrderNotHeld, NotOnSale,
    StripeUnavailable (ask again), StripeRefused, PaymentsOff.
    """
    order = _priced(order.pk, now=now)
    try:
        require_may_be_sold(order.offer)
        checkout_make(order)
    except (NotOnSale, StripeRefused):
        order_failed(order_id=order.pk, now=now)
        raise
    return order


def order_release(*, order: Order, now: datetime) -> Order:
    """The buyer does not want the seat that is held for them: it is free at once. What is paid stays paid."""
    return order_expire(order_id=order.pk, now=now)


def checkout_synced(*, session: CheckoutSession, now: datetime) -> Order | Tip | None:
    """Note what Stripe says of a page that was read a moment ago: paid, expired or neither. Returns what it is for, if ours.

    Raises PaymentMismatch.
    """
    paid = paid_with(session)
    if paid is None:
        return None
    if session.is_paid:
        intent, amount, currency = session.payment_intent_id, session.amount_total, session.currency
        if isinstance(paid, Order):
            return order_paid(
                order_id=paid.pk, payment_intent_id=intent, amount=amount, currency=currency, now=now
            )
        return tip_paid(tip_id=paid.pk, payment_intent_id=intent, amount=amount, currency=currency, now=now)
    if session.status == "expired":
        if isinstance(paid, Order):
            return order_expire(order_id=paid.pk, now=now)
        return tip_failed(tip_id=paid.pk, now=now)
    return paid


def order_sync(*, order: Order, now: datetime) -> Order:
    """Ask Stripe what has become of an order, and note it: what the page does that a buyer comes back to.

    Raises StripeUnavailable, StripeRefused.
    """
    session = checkout_read(order)
    if session is not None:
        checkout_synced(session=session, now=now)
    return Order.objects.select_related("offer__space__host", "offer__seller").get(pk=order.pk)


def tip_sync(*, tip: Tip, now: datetime) -> Tip:
    """As `order_sync`, for a tip."""
    session = checkout_read(tip)
    if session is not None:
        checkout_synced(session=session, now=now)
    return Tip.objects.select_related("to__user", "space").get(pk=tip.pk)


def order_paid(*, order_id: UUID, payment_intent_id: str, amount: int, currency: str, now: datetime) -> Order:
    """The money of an order has come in: its buyer has a ticket, and the books say who gets what. Told twice it is done once.

    A payment that comes when the hold is over is honoured while there is a seat; where there is none, where the buyer has a
    ticket already, or where the Space is over, it goes back in full by itself. Raises OrderNotFound, PaymentMismatch.
    """
    with transaction.atomic():
        creator, order = locked_order(order_id)
        if order.state in (Order.State.PAID, Order.State.REFUNDED):
            return order
        if (amount, currency) != (order.amount, order.currency) or order.priced_at is None:
            raise PaymentMismatch(f"{amount} {currency} was paid for order {order_id}.")
        was_held = order.state == Order.State.HELD
        reason = _no_seat_for(order, was_held=was_held, now=now)
        order.state, order.has_seat, order.paid_at = Order.State.PAID, reason is None, now
        order.payment_intent_id = payment_intent_id
        order.save(update_fields=["state", "has_seat", "paid_at", "payment_intent_id"])
        creator.lifetime_sales_amount += order.amount
        if not was_held:
            # It had given its part back when it expired; the fee that Stripe has taken is of that part.
            creator.tier_amounts = added(creator.tier_amounts, order.tier_amounts)
        creator.save(update_fields=["lifetime_sales_amount", "tier_amounts"])
        ledger.post(
            kind=LedgerTransaction.Kind.ORDER_PAID,
            reference=f"order:{order.pk}:paid",
            transfers=[
                (CUSTOMER, host_account(creator.pk), order.host_amount),
                (CUSTOMER, PLATFORM_FEE, order.platform_fee),
                (CUSTOMER, CARD_FEE, order.card_fee),
            ],
            currency=order.currency,
            creator_id=creator.pk,
            order_id=order.pk,
            now=now,
        )
        if reason is None:
            _ticket_issued(order, now=now)
        else:
            refund_begin(order=order, amount=order.amount, reason=reason, now=now)
    return order


def order_failed(*, order_id: UUID, now: datetime) -> Order:
    """The payment of a held order has failed for good: the seat is free. Told twice it is done once. Raises OrderNotFound."""
    return _let_go(order_id, Order.State.FAILED, now=now)


def order_expire(*, order_id: UUID, now: datetime) -> Order:
    """A hold is over: the seat goes to the next in line, or is free; Stripe's page is closed soon after. Raises
    OrderNotFound."""
    return _let_go(order_id, Order.State.EXPIRED, now=now)


def orders_expire_due(*, now: datetime) -> int:
    """Let go of what was not paid in time, and of what is being paid for a Space that is over; beat asks for it every 5 s.
    Returns how many."""
    held = Order.objects.filter(state=Order.State.HELD)
    late = held.filter(held_until__lte=now).order_by("held_until")
    over = held.exclude(offer__space__state__in=(Space.State.SCHEDULED, Space.State.LIVE))
    due = {**dict.fromkeys(late.values_list("pk", flat=True)[:EXPIRE_BATCH])}
    due |= dict.fromkeys(over.values_list("pk", flat=True)[:EXPIRE_BATCH])
    for order_id in due:
        try:
            order_expire(order_id=order_id, now=now)
        except Exception:
            logger.exception("Could not expire order %s", order_id)
    return len(due)


def _let_go(order_id: UUID, state: Order.State, *, now: datetime) -> Order:
    with transaction.atomic():
        creator, order = locked_order(order_id)
        if order.state != Order.State.HELD:
            return order
        offer = locked_offer(order.offer_id)
        order.state, order.has_seat = state, False
        order.save(update_fields=["state", "has_seat"])
        if order.priced_at is not None:
            creator.tier_amounts = added(creator.tier_amounts, order.tier_amounts, sign=-1)
            creator.save(update_fields=["tier_amounts"])
        seat_freed(offer, now=now)
        tell_changed(order.buyer_id, order.offer.space, "released")
        if order.checkout_session_id:
            enqueue_on_commit("tickets.tasks.checkout_close", order.checkout_session_id)
    return order


def _kept_seat_ordered(order: Order, *, now: datetime) -> bool:
    """Write the order of somebody for whom a seat is kept; it counts as taken already. False where they were too late."""
    with transaction.atomic():
        offer = locked_offer(order.offer_id)
        entry = WaitlistEntry.objects.filter(
            offer=offer, user=order.buyer, state=WaitlistEntry.State.OFFERED, offer_until__gt=now
        ).first()
        if entry is None or offer.state != Offer.State.OPEN:
            return False
        entry.state = WaitlistEntry.State.TAKEN
        entry.save(update_fields=["state"])
        order.amount, order.currency = offer.amount, offer.currency
        order.save(force_insert=True)
    return True


def _priced(order_id: UUID, *, now: datetime) -> Order:
    """The order with its split, which it gets once, under the creator's lock: of two sales at the border each gets its part."""
    with transaction.atomic():
        creator, order = locked_order(order_id)
        if order.state != Order.State.HELD or order.held_until <= now:
            raise OrderNotHeld()
        order.offer.seller = creator
        if order.priced_at is None:
            sale = split(order.amount, used=creator.tier_amounts)
            order.platform_fee, order.card_fee = sale.platform_fee, sale.card_fee
            order.host_amount, order.tier_amounts = sale.host_amount, sale.tier_amounts
            order.priced_at = now
            order.save(update_fields=["platform_fee", "card_fee", "host_amount", "tier_amounts", "priced_at"])
            creator.tier_amounts = added(creator.tier_amounts, sale.tier_amounts)
            creator.save(update_fields=["tier_amounts"])
    return order


def _no_seat_for(order: Order, *, was_held: bool, now: datetime) -> Refund.Reason | None:
    """Why what has been paid goes back at once; None where the buyer gets a seat, which is then theirs."""
    offer = locked_offer(order.offer_id)
    reason = gone_reason(offer.space)
    if reason is None and not (offer.space.is_scheduled or offer.space.is_live):
        reason = Refund.Reason.LATE_PAYMENT
    valid = Ticket.objects.filter(offer=offer, holder=order.buyer, state=Ticket.State.VALID)
    if reason is None and valid.exists():
        reason = Refund.Reason.DUPLICATE
    if reason is None and not was_held and not seat_taken(offer.pk):
        reason = Refund.Reason.LATE_PAYMENT
    if reason is not None and was_held:
        seat_freed(offer, now=now)
    return reason


def _ticket_issued(order: Order, *, now: datetime) -> None:
    Ticket.objects.create(order=order, offer=order.offer, holder=order.buyer, issued_at=now)
    waiting = WaitlistEntry.objects.filter(offer=order.offer, user=order.buyer)
    waiting.filter(state=WaitlistEntry.State.WAITING).update(state=WaitlistEntry.State.TAKEN)
    tell_bought(order, now=now)
    transaction.on_commit(lambda: _reminded(order, now), robust=True)


def _reminded(order: Order, now: datetime) -> None:
    """Who has a ticket is told when it starts, is moved or cancelled, like all who ask to be reminded. They may undo that."""
    if not order.offer.space.is_scheduled:
        return
    try:
        reminder_set(space=order.offer.space, user=order.buyer, now=now)
    except SpacesError as error:
        logger.info("No reminder for order %s: %s", order.pk, error)
