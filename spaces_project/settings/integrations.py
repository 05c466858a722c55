"""Bots: tokens that act for people, and webhooks that tell of what happens."""

from spaces_project.settings.env import env

# Tokens of one person, and for how long one may be good at most; without an end it is good until it is taken back.
API_TOKENS_MAX: int = env.int("API_TOKENS_MAX", default=20)
API_TOKEN_DAYS_MAX = 366

# Webhooks of one person.
WEBHOOKS_MAX: int = env.int("WEBHOOKS_MAX", default=10)
# Seconds an answer may take, and requests on their way at once.
WEBHOOK_TIMEOUT_SECONDS: float = env.float("WEBHOOK_TIMEOUT_SECONDS", default=8.0)
WEBHOOK_THREADS: int = env.int("WEBHOOK_THREADS", default=8)
# Rows claimed at once, how long a worker's claim on them lasts, and for how long one round goes on.
WEBHOOK_BATCH: int = env.int("WEBHOOK_BATCH", default=50)
WEBHOOK_LEASE_SECONDS: int = env.int("WEBHOOK_LEASE_SECONDS", default=120)
WEBHOOK_RUN_SECONDS = 20
# Seconds until what was not taken is sent again (a day in all); when these are used up it is given up.
WEBHOOK_RETRY_SECONDS = (10, 60, 300, 1800, 7200, 21_600, 57_600)
# So many events in a row that were given up turn a webhook off.
WEBHOOK_FAILURES_MAX = 5
# What was sent can be looked at for so long.
WEBHOOK_LOG_DAYS: int = env.int("WEBHOOK_LOG_DAYS", default=14)

__all__ = [name for name in dir() if name.isupper()]
