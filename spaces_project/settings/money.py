"""Tickets and tips: prices, shares, fees and times. Each default and its source: docs/rules.md."""

from spaces_project.settings.env import env

# In minor units of the currency (cents). Currencies without minor units are not offered.
TICKET_CURRENCIES: list[str] = env.list("TICKET_CURRENCIES", default=["usd", "eur", "gbp"])
TICKET_PRICE_MIN = 100
TICKET_PRICE_MAX = 99_900
TICKETS_SEATS_MAX: int = env.int("TICKETS_SEATS_MAX", default=100_000)
# People whom a host lets in free.
TICKETS_GUESTS_MAX: int = env.int("TICKETS_GUESTS_MAX", default=200)
# A seat is held for so long while its buyer pays.
TICKETS_HOLD_MINUTES: int = env.int("TICKETS_HOLD_MINUTES", default=15)
# A freed seat is kept for the first in line for so long; for the shorter time once the Space is on air or about to be.
TICKETS_OFFER_MINUTES: int = env.int("TICKETS_OFFER_MINUTES", default=60)
TICKETS_OFFER_MINUTES_LATE: int = env.int("TICKETS_OFFER_MINUTES_LATE", default=5)
TIP_MIN = 100
TIP_MAX = 50_000
# What one taps instead of typing an amount.
TIP_CHOICES = (200, 500, 1_000, 2_000)
TIP_MESSAGE_MAX_LENGTH = 140

# The host's share in basis points: of sales up to so many minor units over a creator's lifetime, and of all beyond.
HOST_SHARE_TIERS: list[tuple[int | None, int]] = [(5_000_000, 9_700), (None, 8_000)]
# What the processing of a card is counted with: a share in basis points, and so many minor units a payment.
CARD_FEE_BASIS_POINTS: int = env.int("CARD_FEE_BASIS_POINTS", default=290)
CARD_FEE_FIXED: int = env.int("CARD_FEE_FIXED", default=30)

# Who may sell: staff grant it after an application.
SELLING_MIN_FOLLOWERS: int = env.int("SELLING_MIN_FOLLOWERS", default=1_000)
SELLING_MIN_SPACES: int = env.int("SELLING_MIN_SPACES", default=3)
SELLING_SPACES_DAYS: int = env.int("SELLING_SPACES_DAYS", default=30)
# Who was refused applies again after so many days.
SELLING_APPLY_AGAIN_DAYS: int = env.int("SELLING_APPLY_AGAIN_DAYS", default=14)
# Asked whether somebody may sell, in order: see tickets.selectors.creators.
SELLING_GATES: list[str] = ["moderation.gates.may_sell"]

# A refund that Stripe does not answer to is asked for again after so many seconds, then every last of them; after so many
# hours no more, since Stripe forgets idempotency keys after 24.
REFUND_RETRY_SECONDS = (30, 120, 600, 1800)
REFUND_GIVE_UP_HOURS = 20
REFUND_LEASE_SECONDS = 60
REFUND_BATCH: int = env.int("REFUND_BATCH", default=100)

# Called by `seed_demo` with the demo host: what apps above rooms show of themselves.
DEMO_SEEDS: list[str] = [
    "tickets.demo.seed",
    "recordings.demo.seed",
    "insights.demo.seed",
    "feedback.demo.seed",
]

__all__ = [name for name in dir() if name.isupper()]
