"""The desk of staff, in Django's admin.

- `cases`: the queue and a page for each case; `people`: everything about one person
- `appeals`, `sanctions`: what is asked again, what holds
- `on_air`: what is live now, listening hidden
- `audit`: the log
"""

from moderation.admin import appeals, audit, cases, on_air, sanctions

__all__ = ["appeals", "audit", "cases", "on_air", "sanctions"]
