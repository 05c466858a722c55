"""A recording goes for good: its files, the clips cut from it, what was written down of it. Its row stays, and says so."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from recordings.errors import ReplayNotHost
from recordings.models import CaptionLine, ReactionSlice, Recording
from recordings.services.clips import clips_of_space_delete
from recordings.services.files import files_doom


def recording_delete(*, recording: Recording, by: User | None, now: datetime, as_staff: bool = False) -> None:
    """Delete a recording that is over. Done twice it is done once.

    `by` is None when the product itself does it (its days are over); `as_staff`: whoever calls has asked the table of staff.
    Raises ReplayNotHost.
    """
    with transaction.atomic():
        found = Recording.objects.select_for_update(of=("self",), no_key=True).select_related("space")
        locked = found.get(pk=recording.pk)
        if by is not None and not as_staff and locked.space.host_id != by.pk:
            raise ReplayNotHost()
        if locked.state == Recording.State.DELETED:
            return
        tracks = locked.tracks.exclude(file="")
        files_doom([locked.mix, *tracks.values_list("file", flat=True)], now=now)
        tracks.update(file="", removed_at=now)
        clips_of_space_delete(locked.space_id, now=now)
        CaptionLine.objects.filter(space=locked.space_id).delete()
        ReactionSlice.objects.filter(space=locked.space_id).delete()
        locked.state, locked.deleted_at = Recording.State.DELETED, now
        locked.mix, locked.waveform, locked.size_bytes, locked.title = "", [], 0, ""
        locked.claim = locked.claimed_until = locked.mix_due_at = None
        locked.revision += 1
        locked.save()
