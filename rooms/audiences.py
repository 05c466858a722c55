"""Who is told what happens to a Space (`FANOUT_AUDIENCES`)."""

from rooms.models import Reminder
from social.audiences import Audience
from social.models import Fanout


def reminded(fanout: Fanout) -> Audience:
    """Those who asked to be reminded of the fan-out's Space."""
    return Audience(Reminder.objects.filter(space_id=fanout.space_id), "user_id")
