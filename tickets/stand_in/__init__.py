"""A small Stripe on this machine, for the demo and the tests: it keeps what it is told, and no real money moves.

It knows the calls of `tickets.stripe.gateway` and answers them as Stripe does, idempotency keys included; it has the pages
that Stripe would show (paying, a creator's onboarding and account), moves balances as destination charges do, and sends signed
webhooks.
`/_control/` makes it fail in the ways in which networks and services fail (`faults`), and does what else happens at Stripe by
itself: disputes, payouts, refunds that fail.

A program of its own (`python -m tickets.stand_in`), which imports nothing of the product.

`server` speaks HTTP, `api` has the calls, `payments`, `accounts` and `events` do what they say, `pages` shows, `control` obeys,
`store` keeps.
"""
