"""Who is told what happens to a Space (`FANOUT_AUDIENCES`)."""

from uuid import UUID

from rooms.models import Reminder, Space
from social.audiences import Audience
from social.models import Fanout


def reminded(fanout: Fanout) -> Audience:
    """Those who asked to be reminded of the fan-out's Space."""
    return Audience(Reminder.objects.filter(space_id=_space(fanout)), "user_id")


def host(fanout: Fanout) -> Audience:
    """The host of the fan-out's Space, as they are when it is told."""
    return Audience(Space.objects.filter(pk=_space(fanout)), "host_id")


def _space(fanout: Fanout) -> UUID:
    if fanout.space_id is None:
        raise ValueError(f"{fanout.key} is about no Space: nobody asked to be reminded of it")
    return fanout.space_id
