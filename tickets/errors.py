"""The refusals of tickets, with their stable codes. Those of the payment itself are in `tickets.stripe.errors`."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from spaces_project.lib.errors import Conflict, Invalid, NotAllowed, NotFound, SpacesError


class TicketRequired(SpacesError):
    """Only holders of a ticket get in; `ticket` is what a page shows of the offer (tickets.selectors.offers.offer_card)."""

    code = "ticket.required"
    status = 402
    message = _("You need a ticket for this Space.")

    def __init__(self, message: str = "", *, ticket: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.ticket = ticket

    def as_dict(self) -> dict[str, object]:
        """As every refusal, with what can be bought."""
        return super().as_dict() | {"ticket": self.ticket}


class ReplayNotIncluded(NotAllowed):
    """The host sells the live Space alone."""

    code = "ticket.replay_not_included"
    message = _("The tickets of this Space were for being there live. There is no replay.")


class OfferNotFound(NotFound):
    """No tickets are sold for this Space."""

    code = "ticket.no_offer"
    message = _("There are no tickets for this Space.")


class SellingNotGranted(NotAllowed):
    """Staff have not let this person sell, or selling is not open to them (yet)."""

    code = "ticket.selling_not_granted"
    message = _("You cannot sell tickets yet. Apply for it first.")


class AccountNotReady(Conflict):
    """Stripe takes no payments for the seller: onboarding is not finished, or the account is restricted."""

    code = "ticket.account_not_ready"
    message = _("The payout account of this host is not ready to take payments.")


class TicketsNotOpen(NotAllowed):
    """Tickets are open to a share of the people only, for now (flag `tickets`)."""

    code = "ticket.not_open"
    message = _("Tickets are not open to you yet. They open to more people little by little.")


class AlreadySelling(Conflict):
    """Staff have let this person sell."""

    code = "creator.already_granted"
    message = _("You can sell tickets already.")


class NotEligible(NotAllowed):
    """Too few followers or Spaces for an application."""

    code = "creator.not_eligible"
    message = _("You do not have yet what it takes to sell tickets. The list says what is missing.")


class AppliedTooSoon(Conflict):
    """Staff refused a short while ago."""

    code = "creator.too_soon"
    message = _(
        "Your last application was decided a short while ago. Wait a few days before you apply again."
    )


class NoApplication(Conflict):
    """Nothing waits for a decision."""

    code = "creator.no_application"
    message = _("No application of yours is waiting.")


class ApplicationDecided(Conflict):
    """Somebody else of staff was faster, or the person has withdrawn it."""

    code = "creator.application_decided"
    message = _("This application is not waiting any more.")


class NotSelling(Conflict):
    """There is nothing to withdraw."""

    code = "creator.not_granted"
    message = _("This person may not sell tickets in the first place.")


class CurrencyFixed(Conflict):
    """What was earned is counted in one currency."""

    code = "creator.currency_fixed"
    message = _("Your currency cannot change any more: something has been sold, or given to you.")


class NothingEarned(NotFound):
    """The asker sells nothing, and takes no tips."""

    code = "earnings.none"
    message = _("You have not earned anything here yet.")


class SaleNotFound(NotFound):
    """No such sale, or somebody else's."""

    code = "sale.not_found"
    message = _("There is no such sale of yours.")


class NotYourOffer(NotAllowed):
    """Only who sells the tickets does that."""

    code = "ticket.not_seller"
    message = _("Only the host who sells these tickets can do that.")


class OfferTooLate(Conflict):
    """Tickets are set up before a Space starts."""

    code = "ticket.space_not_ahead"
    message = _("Tickets can be set up for a scheduled Space only, before it starts.")


class PriceFixed(Conflict):
    """Somebody has paid this price, or is paying it."""

    code = "ticket.price_fixed"
    message = _("The price cannot change any more: a ticket has been sold, or is being paid for.")


class SeatsOnlyGrow(Conflict):
    """Seats that people count on are not taken away."""

    code = "ticket.seats_only_grow"
    message = _("You can add seats, but not take any away: tickets have been sold.")


class OfferSold(Conflict):
    """What has been bought stays a ticketed Space."""

    code = "ticket.sold"
    message = _("Tickets have been bought, or are being paid for: this Space stays a ticketed one.")


class NotOnSale(Conflict):
    """The sale has not begun, is over, or was closed; or the Space is over."""

    code = "ticket.not_on_sale"
    message = _("Tickets are not on sale right now.")


class SoldOut(Conflict):
    """Every seat is taken, held or kept for somebody."""

    code = "ticket.sold_out"
    message = _("All seats are taken. Join the waitlist: a seat that becomes free is offered to you.")


class AlreadyYours(Conflict):
    """One ticket a person."""

    code = "ticket.already_yours"
    message = _("You have a ticket for this Space already.")


class TicketNotNeeded(Conflict):
    """Host, guests and people of the stage get in as they are."""

    code = "ticket.not_needed"
    message = _("You need no ticket for this Space: you can come in as you are.")


class SeatsFree(Conflict):
    """Nobody waits while seats are free."""

    code = "waitlist.seats_free"
    message = _("There are seats left: you need not wait for one.")


class OrderNotFound(NotFound):
    """No such order, or somebody else's."""

    code = "order.not_found"
    message = _("There is no such order of yours.")


class TicketNotFound(NotFound):
    """No such ticket, or somebody else's."""

    code = "ticket.not_found"
    message = _("There is no such ticket of yours.")


class OrderNotHeld(Conflict):
    """The order is over: paid, expired or failed."""

    code = "order.not_held"
    message = _("This order is not waiting for its payment any more.")


class PaymentMismatch(Conflict):
    """Stripe says that another amount was paid than was asked for."""

    code = "payment.mismatch"
    message = _("What was paid is not what was asked for.")


class NothingToRefund(Conflict):
    """Nothing was paid, or all of it goes back already."""

    code = "refund.nothing"
    message = _("There is nothing left to pay back.")


class RefundTooMuch(Invalid):
    """More than is left of what was paid, or nothing at all."""

    code = "refund.amount"

    def __init__(self, left: str) -> None:
        message = gettext("Pay back at least one cent, and at most {left}.").format(left=left)
        super().__init__(message, fields={"amount": [message]})


class RefundNotFailed(Conflict):
    """Only what has failed is tried again."""

    code = "refund.not_failed"
    message = _("This refund has not failed.")


class EventNotFailed(Conflict):
    """Only what has failed, or was ignored, is worked off again."""

    code = "stripe_event.not_failed"
    message = _("This event is done, or waits to be worked off.")


class TransferTooLate(Conflict):
    """The Space has started, or is over."""

    code = "ticket.transfer_too_late"
    message = _("A ticket can be passed on until the Space starts.")


class CannotTransfer(Conflict):
    """The person has a ticket, or needs none."""

    code = "ticket.cannot_transfer"
    message = _("This person has a ticket already, or needs none.")


class TipsOff(Conflict):
    """They have not switched tips on, or cannot be paid."""

    code = "tip.off"
    message = _("This person does not take tips.")


class TipSelf(Invalid):
    """Nobody tips themselves."""

    code = "tip.self"
    message = _("You cannot tip yourself.")
