"""Every door of a Space closes behind somebody. Call these with the Space's row locked."""

from datetime import datetime
from functools import partial

from django.db import transaction

from rooms import presence
from rooms.audio import sfu
from rooms.audio.tokens import identity_of
from rooms.events import tell_person
from rooms.models import Attendance, Participation, Space


def expel(space: Space, participation: Participation, *, for_good: bool = True, now: datetime) -> None:
    """Take somebody out of the join, the presence, the sockets and the sound; `for_good`: they are removed."""
    user_id, room = participation.user_id, space.audio_room
    Attendance.objects.filter(participation=participation, left_at__isnull=True).update(left_at=now)
    if for_good:
        participation.removed_at = now
    participation.left_at = participation.left_at or now
    participation.connection = ""
    participation.save(update_fields=["removed_at", "left_at", "connection"])
    tell_person(space, user_id, "space.removed", {})
    space_id = space.pk
    transaction.on_commit(lambda: presence.drop(space_id, [user_id]))
    remove = partial(sfu.remove, room, identity_of(user_id))
    transaction.on_commit(lambda: sfu.quietly(remove))
