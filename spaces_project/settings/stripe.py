"""Stripe, or what stands in for it. Without a key nothing is sold, and the pages say so."""

from spaces_project.settings.env import env

# A secret or restricted key of Stripe. Where there is none, `make run` sets these for its stand-in.
STRIPE_API_KEY: str = env.str("STRIPE_API_KEY", default="")
STRIPE_API_BASE: str = env.str("STRIPE_API_BASE", default="https://api.stripe.com").rstrip("/")
# What the events are signed with: those of our own account, and those of the creators' (Connect).
STRIPE_WEBHOOK_SECRET: str = env.str("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_CONNECT_WEBHOOK_SECRET: str = env.str("STRIPE_CONNECT_WEBHOOK_SECRET", default="")
# An event that was signed longer ago is not taken: Stripe signs anew whenever it sends again.
STRIPE_WEBHOOK_TOLERANCE_SECONDS = 300
# Seconds a call may take, and how often it is tried again at once, under the same idempotency key.
STRIPE_TIMEOUT_SECONDS: float = env.float("STRIPE_TIMEOUT_SECONDS", default=8.0)
STRIPE_RETRIES: int = env.int("STRIPE_RETRIES", default=1)
# Events worked off at once, how long a worker's claim on them lasts, and after how many seconds what failed is tried again:
# when these are used up, it has failed for good, and staff look at it.
STRIPE_EVENT_BATCH: int = env.int("STRIPE_EVENT_BATCH", default=50)
STRIPE_EVENT_LEASE_SECONDS = 60
STRIPE_EVENT_RETRY_SECONDS = (5, 30, 120, 600, 3600, 14_400, 43_200)
# Who hears of disputes, and of what reconciliation finds.
FINANCE_PEOPLE = "moderation.selectors.staff.finance_people"
# Where creators live whose accounts are made by us, in ISO 3166: they may not choose another country later.
STRIPE_ACCOUNT_COUNTRY: str = env.str("STRIPE_ACCOUNT_COUNTRY", default="")
# No real money moves: the pages say so.
STRIPE_IS_STAND_IN: bool = env.bool("STRIPE_IS_STAND_IN", default=False)
# Whose pages a form of ours may lead to: Stripe's, or the stand-in's.
STRIPE_PAGES = (
    [STRIPE_API_BASE] if STRIPE_IS_STAND_IN else ["https://checkout.stripe.com", "https://connect.stripe.com"]
)

__all__ = [name for name in dir() if name.isupper()]
