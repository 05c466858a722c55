"""Spaces for staff.

- `spaces`: Spaces, who was in them, topics
- `schedule`: what comes: upcoming Spaces, who waits for them, the reminder queue
"""

from rooms.admin import schedule, spaces

__all__ = ["schedule", "spaces"]
