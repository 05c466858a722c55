"""What is sold, to whom, and where the money went.

- `creators`: who may sell, and their account at Stripe
- `offers`: the price and the seats of a Space, its guests, its waitlist
- `orders`: seats held and paid, tickets and their transfer
- `tips`: money given to somebody, for no seat
- `refunds`: money that goes back, of an order or a tip
- `ledger`: the books, append-only
- `stripe`: what Stripe has told us, and what reconciliation found

Whoever has paid or been paid is not deleted: the books refer to them.
"""

from tickets.models.creators import Creator, CreatorApplication
from tickets.models.ledger import LedgerEntry, LedgerTransaction
from tickets.models.offers import Offer, OfferGuest, WaitlistEntry
from tickets.models.orders import Order, Ticket, TicketTransfer
from tickets.models.refunds import AUTOMATIC_REASONS, Refund
from tickets.models.stripe import Dispute, Payout, ReconciliationDifference, ReconciliationRun, StripeEvent
from tickets.models.tips import Tip

__all__ = [
    "AUTOMATIC_REASONS",
    "Creator",
    "CreatorApplication",
    "Dispute",
    "LedgerEntry",
    "LedgerTransaction",
    "Offer",
    "OfferGuest",
    "Order",
    "Payout",
    "ReconciliationDifference",
    "ReconciliationRun",
    "Refund",
    "StripeEvent",
    "Ticket",
    "TicketTransfer",
    "Tip",
    "WaitlistEntry",
]
