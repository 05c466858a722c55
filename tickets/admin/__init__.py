"""The desk of finance, in Django's admin.

- `base`: what its pages share: facts, what belongs to them, acts with a reason
- `creators`: applications and creators, the roll-out
- `sales`: orders and tips, and paying them back
- `refunds`, `stripe`: refunds, disputes, payouts, events, reconciliation
- `ledger`: the books, read only
"""

from tickets.admin import creators, ledger, refunds, sales, stripe

__all__ = ["creators", "ledger", "refunds", "sales", "stripe"]
