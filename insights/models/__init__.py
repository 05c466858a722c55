"""Everything insights keeps: what happened (for `INSIGHTS_RAW_DAYS`), and the figures that are made of it (for good)."""

from insights.models.figures import CohortWeek, DailyFigure, SpaceFigure, SpaceMinute
from insights.models.raw import ActiveDay, BubbleSeen, DaySalt, JoinReport

__all__ = [
    "ActiveDay",
    "BubbleSeen",
    "CohortWeek",
    "DailyFigure",
    "DaySalt",
    "JoinReport",
    "SpaceFigure",
    "SpaceMinute",
]
