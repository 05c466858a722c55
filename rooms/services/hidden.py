"""Staff in the sound of a Space without being in the Space: no participation, in no list, in no count."""

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from accounts.models import User
from rooms.audio import sfu
from rooms.audio.tokens import AudioTicket, hidden_audio_ticket
from rooms.models import Space
from rooms.selectors.schedule import not_live
from spaces_project.lib import audit


def space_listen_hidden(*, space: Space, by: User, now: datetime) -> AudioTicket | None:
    """A ticket into the sound of a live Space for one of staff whom nobody there sees; written into the audit log.

    None where this installation has no audio server. Whether `by` may is for the caller to ask. Raises SpaceEnded.
    """
    with transaction.atomic():
        space = Space.objects.get(pk=space.pk)
        if not space.is_live:
            raise not_live(space)
        audit.record(
            act="space.listen_hidden",
            by=by,
            target_kind="space",
            target_id=space.pk,
            target_handle=space.host.handle,
            space_id=space.pk,
            now=now,
        )
    return hidden_audio_ticket(space=space, user_id=by.pk, now=now)


def correct_hidden(space: Space, found: sfu.AudioParticipant, user_id: int) -> None:
    """Throw out a hidden listener who may not be one (any more), or who could be seen or heard. Raises AudioUnavailable."""
    if found.may_publish or not found.hidden or not _may_listen(settings.HIDDEN_LISTENERS)(user_id):
        sfu.remove(space.audio_room, found.identity)


@lru_cache(maxsize=2)
def _may_listen(path: str) -> Callable[[int], bool]:
    found: Callable[[int], bool] = import_string(path)
    return found
