"""The only place that speaks to Stripe.

`gateway` has one function a call, and answers with the dataclasses of `shapes`; `client` is the connection, and turns what goes
wrong into `errors`; `signatures` tells a webhook of Stripe's from a forged one. Nothing here knows the database.
"""
