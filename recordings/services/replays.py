"""What the host makes of a replay: its title, where it begins, how long it stays."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from recordings.errors import ReplayNotFound, ReplayNotHost, ReplayNotReady
from recordings.models import Recording
from spaces_project.lib.errors import Invalid
from spaces_project.lib.text import clean_line

# A replay that is kept no more, and is past its days, goes after so long: the host may think again.
_LAST_DAY = timedelta(days=1)
# The mix is MP3 in frames of 24 ms; it is trimmed between two of them (recordings.serving).
FRAME_MS = 24
# What is left of a replay is at least so long.
_LEFT_MS = 1_000


def replay_edit(
    *,
    recording: Recording,
    by: User,
    title: str | None = None,
    trimmed_ms: int | None = None,
    kept: bool | None = None,
) -> Recording:
    """Change a replay; what is None stays. `title` is cleaned, "" is the Space's; `trimmed_ms` of its beginning is left out
    from now on, to the frame (24 ms); a replay that is `kept` stays until the host deletes it.

    Raises ReplayNotHost, ReplayNotFound, ReplayNotReady, Invalid (`title`, `trimmed_ms`).
    """
    with transaction.atomic():
        locked = locked_recording(recording, by=by)
        if locked.state != Recording.State.READY:
            raise ReplayNotReady()
        if title is not None:
            locked.title = _title(title)
        if trimmed_ms is not None:
            locked.trimmed_ms = _trimmed(trimmed_ms, locked.duration_ms)
        if kept is not None:
            locked.kept = kept
        locked.save(update_fields=["title", "trimmed_ms", "kept"])
    return locked


def replay_kept_no_more(*, recording: Recording, by: User, now: datetime) -> Recording:
    """Give a kept replay its last day back: the one it had, and tomorrow at the earliest. Raises as `replay_edit`."""
    with transaction.atomic():
        locked = replay_edit(recording=recording, by=by, kept=False)
        locked.expires_at = max(locked.expires_at or now, now + _LAST_DAY)
        locked.save(update_fields=["expires_at"])
    return locked


def locked_recording(recording: Recording, *, by: User) -> Recording:
    """The recording as it is now, its row locked, for its host. Raises ReplayNotHost, ReplayNotFound."""
    locked = Recording.objects.select_for_update(of=("self",), no_key=True).select_related("space__host")
    found = locked.get(pk=recording.pk)
    if found.space.host_id != by.pk:
        raise ReplayNotHost()
    if found.state == Recording.State.DELETED:
        raise ReplayNotFound()
    return found


def _title(title: str) -> str:
    title = clean_line(title)
    if len(title) > settings.SPACES_TITLE_MAX_LENGTH:
        raise Invalid(
            fields={"title": [_("At most {most} characters.").format(most=settings.SPACES_TITLE_MAX_LENGTH)]}
        )
    return title


def _trimmed(trimmed_ms: int, duration_ms: int) -> int:
    if not 0 <= trimmed_ms <= max(0, duration_ms - _LEFT_MS):
        raise Invalid(fields={"trimmed_ms": [_("The replay has to begin before it ends.")]})
    return trimmed_ms // FRAME_MS * FRAME_MS
