"""Not hearing somebody, for oneself alone: clients then do not play that person's sound."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from accounts.models import PersonMute, User
from spaces_project.lib import broadcast
from spaces_project.lib.errors import Invalid


def person_mute(*, owner: User, person: User, now: datetime) -> bool:
    """`owner` hears `person` no more, in any Space; done twice it is done once. Returns whether that is new.

    All devices of `owner` are told, and nobody else. Raises Invalid (`mute.self`).
    """
    if owner.pk == person.pk:
        raise Invalid(gettext("You cannot mute yourself."), code="mute.self")
    with transaction.atomic():
        try:
            # A savepoint of its own: the one who loses the race for the same row goes on.
            with transaction.atomic():
                PersonMute.objects.create(owner=owner, person=person, created_at=now)
        except IntegrityError:
            return False
        _tell(owner, person, muted=True)
    return True


def person_unmute(*, owner: User, person: User) -> bool:
    """`owner` hears `person` again; done twice it is done once. Returns whether they did not before."""
    with transaction.atomic():
        deleted, _ = PersonMute.objects.filter(owner=owner, person=person).delete()
        if deleted:
            _tell(owner, person, muted=False)
    return bool(deleted)


def _tell(owner: User, person: User, *, muted: bool) -> None:
    frame = {"type": "person.muted", "data": {"user": str(person.pk), "muted": muted}}
    broadcast.send_on_commit(broadcast.user_group(owner.pk), frame)
