"""What people are told of tickets and money: in the app, by e-mail and push, as they chose. Call it in the transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from accounts.models import User
from rooms.events import tell_person
from rooms.models import Space
from social.models import Kind
from social.services.notifications import notify
from spaces_project.lib.languages import written_to
from tickets.amounts import money
from tickets.links import EARNINGS, MY_TICKETS, order_path, tip_path
from tickets.models import Offer, Order, Refund, Ticket, Tip, WaitlistEntry

_BECAUSE = {
    Refund.Reason.CANCELLED: gettext_noop("The Space was cancelled."),
    Refund.Reason.NOT_STARTED: gettext_noop("The Space did not start in time."),
    Refund.Reason.ENDED_BY_STAFF: gettext_noop("The moderators have ended the Space."),
    Refund.Reason.LATE_PAYMENT: gettext_noop("Your payment came when the seat was gone."),
    Refund.Reason.DUPLICATE: gettext_noop("You have a ticket already: this was paid twice."),
    Refund.Reason.HOST: gettext_noop("The host pays you back."),
    Refund.Reason.STAFF: gettext_noop("The people who run this site pay you back."),
}


@written_to(lambda order, **_rest: order.buyer)
def tell_bought(order: Order, *, now: datetime) -> None:
    """The receipt, for whoever has paid."""
    tell_changed(order.buyer_id, order.offer.space, "paid")
    space = order.offer.space
    paid = _("Receipt: {amount} paid to {host}. Order {order}.").format(
        amount=money(order.amount, order.currency), host=space.host.display_name, order=order.pk
    )
    tell(
        order.buyer,
        Kind.TICKET,
        "bought",
        key=f"ticket:{order.pk}",
        space_id=space.pk,
        line=_("Your ticket for “{title}”").format(title=space.title),
        text=paid,
        url=order_path(order.pk),
        now=now,
    )


@written_to(lambda refund, *, payer, **_rest: payer)
def tell_refunded(refund: Refund, *, payer: User, currency: str, title: str, url: str, now: datetime) -> None:
    """Whoever has paid gets money back."""
    why = _(_BECAUSE[Refund.Reason(refund.reason)])
    days = ngettext("It can take up to {n} day.", "It can take up to {n} days.", 10).format(n=10)
    tell(
        payer,
        Kind.TICKET,
        "refunded",
        key=f"refund:{refund.pk}",
        line=_("{amount} for {what} go back to you").format(
            amount=money(refund.amount, currency), what=title
        ),
        text=f"{why} {days}",
        url=url,
        now=now,
    )


@written_to(lambda entry, offer, **_rest: entry.user)
def tell_seat_offered(entry: WaitlistEntry, offer: Offer, *, now: datetime) -> None:
    """A seat is kept for somebody who waits; worth nothing when its time is over."""
    tell_changed(entry.user_id, offer.space, "offered")
    tell(
        entry.user,
        Kind.TICKET,
        "seat_offered",
        key=f"seat:{entry.pk}",
        space_id=offer.space_id,
        line=_("A seat for “{title}” is free for you").format(title=offer.space.title),
        text=_("It is kept for you for a while. Buy your ticket before somebody else is next."),
        url=offer.space.get_absolute_url(),
        expires_at=entry.offer_until,
        now=now,
    )


@written_to(lambda ticket, **_rest: ticket.holder)
def tell_given(ticket: Ticket, *, by: User, now: datetime) -> None:
    """Somebody has passed a ticket on to its new holder."""
    tell_changed(by.pk, ticket.offer.space, "passed_on")
    tell_changed(ticket.holder_id, ticket.offer.space, "given")
    space = ticket.offer.space
    tell(
        ticket.holder,
        Kind.TICKET,
        "given",
        key=f"given:{ticket.pk}:{ticket.holder_id}",
        actor=by,
        space_id=space.pk,
        line=_("{name} has given you a ticket for “{title}”").format(name=by.display_name, title=space.title),
        text="",
        url=MY_TICKETS,
        now=now,
    )


@written_to(lambda ticket, **_rest: ticket.holder)
def tell_void(ticket: Ticket, *, now: datetime) -> None:
    """Who holds a ticket that somebody else had paid hears that it is worth nothing any more."""
    title = ticket.offer.space.title
    tell(
        ticket.holder,
        Kind.TICKET,
        "void",
        key=f"void:{ticket.pk}",
        space_id=ticket.offer.space_id,
        line=_("Your ticket for “{title}” is no longer valid").format(title=title),
        text=_("Its price was paid back to whoever bought it."),
        url=MY_TICKETS,
        now=now,
    )


@written_to(lambda tip, **_rest: tip.to.user)
def tell_tipped(tip: Tip, *, now: datetime) -> None:
    """The creator hears of a tip; from whom, unless the giver wants to be unnamed."""
    name = _("Somebody") if tip.unnamed else tip.sender.display_name
    tell(
        tip.to.user,
        Kind.EARNINGS,
        "tipped",
        key=f"tip:{tip.pk}",
        actor=None if tip.unnamed else tip.sender,
        space_id=tip.space_id,
        line=_("{name} has tipped you {amount}").format(name=name, amount=money(tip.amount, tip.currency)),
        text=tip.message,
        url=EARNINGS,
        now=now,
    )


@written_to(lambda tip, **_rest: tip.sender)
def tell_tip_paid(tip: Tip, *, now: datetime) -> None:
    """The receipt of a tip, for whoever gave it."""
    tell(
        tip.sender,
        Kind.TICKET,
        "tip_paid",
        key=f"tip-paid:{tip.pk}",
        line=_("Your tip to {name}").format(name=tip.to.user.display_name),
        text=_("Receipt: {amount}, and {fee} for the card. Tip {tip}.").format(
            amount=money(tip.amount, tip.currency), fee=money(tip.card_fee, tip.currency), tip=tip.pk
        ),
        url=tip_path(tip.pk),
        now=now,
    )


def tell_changed(user_id: int, space: Space, reason: str) -> None:
    """Pages and apps of one person read again what they are to a ticketed Space; `reason`: rooms.live.frames.tickets."""
    tell_person(space, user_id, "ticket.changed", {"reason": reason, "title": space.title})


def tell(
    user: User,
    kind: str,
    event: str,
    *,
    key: str,
    line: str,
    text: str,
    url: str,
    actor: User | None = None,
    space_id: UUID | None = None,
    expires_at: datetime | None = None,
    now: datetime,
) -> None:
    data: dict[str, Any] = {"line": line, "text": text, "url": url}
    notify(
        user=user,
        kind=kind,
        key=key,
        event=event,
        actor=actor,
        space_id=space_id,
        data=data,
        expires_at=expires_at,
        now=now,
    )
