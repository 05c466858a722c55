"""Every write of tickets and money; one module a subject.

- `offers`: price, seats, guests
- `orders`: seats are held, paid, let go
- `checkout`: Stripe's page for an order or a tip, and what it says of it
- `seats`, `waitlist`: how many there are, and who is next
- `transfers`, `refunds`, `tips`
- `ledger`: the books
- `webhooks`: what Stripe tells, worked off
- `onboarding`, `payouts`, `disputes`: creators' accounts, and what happens there and at banks
- `reconciliation`: our books compared with Stripe's (`stripe_lines`)
"""
