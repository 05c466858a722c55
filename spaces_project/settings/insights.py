"""What is counted, for how long, and what people say of the product."""

from spaces_project.settings.env import env

# The goal: so many people a month.
INSIGHTS_MONTHLY_GOAL: int = env.int("INSIGHTS_MONTHLY_GOAL", default=315_000_000)
# What happened is deleted after so many days; figures made of it stay.
INSIGHTS_RAW_DAYS: int = env.int("INSIGHTS_RAW_DAYS", default=90)
# A day's figures are written so long after its end, when what was under way at midnight has settled.
INSIGHTS_SETTLE_MINUTES = 15
# Weeks for which those who signed up together are looked at.
INSIGHTS_COHORT_WEEKS: int = env.int("INSIGHTS_COHORT_WEEKS", default=12)
# A report of a join says no longer times than this: what takes longer has not worked.
INSIGHTS_JOIN_MS_MAX = 120_000
# Bubbles that one report can name.
INSIGHTS_BUBBLES_MAX = 50
# Rows written at once.
INSIGHTS_BATCH = 5_000

FEEDBACK_MAX_LENGTH = 2000
FEEDBACK_MAX_LINES = 40
FEEDBACK_ANSWER_MAX_LENGTH = 2000

__all__ = [name for name in dir() if name.isupper()]
