"""The chart of accounts of the ledger. An account's balance is what came to it less what left it.

- `customer`: everybody who pays. Its balance is minus what they have paid and not got back.
- `host:<creator>`: what belongs to one creator, and has not been paid out to their bank
- `platform_fee`: what the product earned
- `card_fee`: what is set aside of payments for processing cards. Stripe keeps its fee when a payment is refunded: what a
  refund takes out of this account is the product's cost.
- `returned`: refunds that came back from the buyer's bank: it is theirs, until it is paid back in another try
- `disputes`: what banks have taken back while a dispute is open
- `dispute_fee`: what Stripe charges for disputes
- `bank:<creator>`: what has been paid out to a creator's bank
- `stripe`: what went to, or came from, Stripe itself
"""

CUSTOMER = "customer"
PLATFORM_FEE = "platform_fee"
CARD_FEE = "card_fee"
RETURNED = "returned"
DISPUTES = "disputes"
DISPUTE_FEE = "dispute_fee"
STRIPE = "stripe"


def host_account(creator_id: int) -> str:
    """What belongs to one creator."""
    return f"host:{creator_id}"


def bank_account(creator_id: int) -> str:
    """What was paid out to one creator."""
    return f"bank:{creator_id}"
