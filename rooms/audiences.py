"""Who is told what happens to a Space (`FANOUT_AUDIENCES`)."""

from rooms.models import Reminder, Space
from social.audiences import Audience
from social.models import Fanout


def reminded(fanout: Fanout) -> Audience:
    """Those who asked to be reminded of the fan-out's Space."""
    return Audience(Reminder.objects.filter(space_id=fanout.space_id), "user_id")


def host(fanout: Fanout) -> Audience:
    """The host of the fan-out's Space, as they are when it is told."""
    return Audience(Space.objects.filter(pk=fanout.space_id), "host_id")
