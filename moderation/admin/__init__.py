"""The desk of staff, in Django's admin.

- `cases`: the queue and a page for each case; `people`: everything about one person
- `appeals`, `sanctions`: what is asked again, what holds
- `on_air`: what is live now, listening hidden
- `kept`: replays and clips
- `audit`: the log
"""

from moderation.admin import appeals, audit, cases, kept, on_air, sanctions

__all__ = ["appeals", "audit", "cases", "kept", "on_air", "sanctions"]
