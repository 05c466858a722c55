"""What is true of a Space. LiveKit's room and every screen are projections of these rows.

- `spaces`: the Space, and who is in it as what
- `stage`: asking, inviting, pins
- `messages`: what people write beside it
"""

from rooms.models.messages import RoomMessage
from rooms.models.schedule import (
    CalendarFeed,
    Reminder,
    ReminderFanout,
    SpaceSeries,
    TopicFollow,
    UpcomingSpace,
)
from rooms.models.spaces import (
    STAGE_ROLES,
    Attendance,
    CameFrom,
    Participation,
    Role,
    Space,
    SpaceQuerySet,
    Topic,
    new_space_id,
)
from rooms.models.stage import PIN_TITLE_MAX, PIN_URL_MAX, Invitation, Pin, SpeakRequest

__all__ = [
    "PIN_TITLE_MAX",
    "PIN_URL_MAX",
    "STAGE_ROLES",
    "Attendance",
    "CalendarFeed",
    "CameFrom",
    "Invitation",
    "Participation",
    "Pin",
    "Reminder",
    "ReminderFanout",
    "Role",
    "RoomMessage",
    "Space",
    "SpaceQuerySet",
    "SpaceSeries",
    "SpeakRequest",
    "Topic",
    "TopicFollow",
    "UpcomingSpace",
    "new_space_id",
]
