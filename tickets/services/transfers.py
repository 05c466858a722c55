"""A ticket is passed on to somebody else, until the Space starts."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import is_blocked_between, user_by_handle
from rooms.services.locks import locked_space
from spaces_project.lib import limits
from spaces_project.lib.errors import Invalid
from tickets.errors import CannotTransfer, TicketNotFound, TransferTooLate
from tickets.models import Ticket, TicketTransfer, WaitlistEntry
from tickets.selectors.offers import open_entry
from tickets.selectors.standing import standing_of
from tickets.services.locks import locked_offer, locked_order
from tickets.services.seats import seat_freed
from tickets.services.telling import tell_given


def ticket_transfer(*, ticket: Ticket, by: User, to: str, now: datetime) -> Ticket:
    """Pass a ticket on to the person with the handle `to`; it lets in nobody else from then on. Refunds go to who paid.

    Raises TooMany, Invalid (`to`), TicketNotFound (it is not `by`'s, or void), TransferTooLate, CannotTransfer (they have one,
    or get in as they are, or may not come in).
    """
    limits.require("ticket.transfer", user=by, now=now)
    person = user_by_handle(to.strip().removeprefix("@"))
    if person.pk == by.pk or is_blocked_between(by, person):
        raise Invalid(fields={"to": [_("You cannot pass this ticket on to them.")]})
    with transaction.atomic():
        # The Space first: it does not start while a ticket changes hands.
        space = locked_space(ticket.offer.space_id, live=False)
        locked_order(ticket.order_id)
        ticket = Ticket.objects.select_related("offer__space__host", "offer__seller", "holder").get(
            pk=ticket.pk
        )
        if ticket.holder_id != by.pk or ticket.state != Ticket.State.VALID:
            raise TicketNotFound()
        if not space.is_scheduled:
            raise TransferTooLate()
        _require_can_have(ticket, person, now=now)
        ticket.holder, ticket.transferred_at = person, now
        ticket.save(update_fields=["holder", "transferred_at"])
        TicketTransfer.objects.create(ticket=ticket, from_user=by, to_user=person, at=now)
        _waits_no_more(ticket, now=now)
        tell_given(ticket, by=by, now=now)
    return ticket


def _require_can_have(ticket: Ticket, person: User, *, now: datetime) -> None:
    standing = standing_of(ticket.offer, person, now=now)
    is_kept_out = standing.is_blocked or standing.is_removed or person.is_suspended
    if standing.has_ticket or standing.is_free or is_kept_out:
        raise CannotTransfer()


def _waits_no_more(ticket: Ticket, *, now: datetime) -> None:
    """Whoever has a ticket need not wait for a seat; one that was kept for them goes to the next."""
    if open_entry(ticket.offer, ticket.holder) is None:
        return
    offer = locked_offer(ticket.offer_id)
    entry = open_entry(offer, ticket.holder)
    if entry is None:
        return
    had_seat = entry.state == WaitlistEntry.State.OFFERED
    entry.state = WaitlistEntry.State.TAKEN
    entry.save(update_fields=["state"])
    if had_seat:
        seat_freed(offer, now=now)
