"""Clips, with the right to make and to see them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.selectors import Viewer, blocks_with, person_card
from flags.selectors import flag_on
from recordings.errors import ClipNotFound
from recordings.models import Clip
from rooms.models import Space
from rooms.selectors import participation_of

# So many on the page of a replay.
SHOWN = 6


def may_clip(*, viewer: Viewer, space: Space) -> bool:
    """Whether the viewer, who may hear it, may cut clips of a Space: signed in, where the host allows it, not removed.

    The host may always."""
    if not isinstance(viewer, User) or not flag_on("clips", viewer):
        return False
    if viewer.pk == space.host_id:
        return True
    mine = participation_of(space=space, user=viewer)
    return space.clips_allowed and (mine is None or mine.removed_at is None)


def clip_for(*, viewer: Viewer, clip_id: UUID | str, now: datetime) -> Clip:
    """The clip, with its Space and maker. One that is being made, or failed, is there for its maker alone.

    Raises ClipNotFound, also where a block lies between the viewer and maker or host.
    """
    try:
        key = clip_id if isinstance(clip_id, UUID) else UUID(str(clip_id))
    except ValueError:
        raise ClipNotFound() from None
    clip = _shown(viewer, now).filter(pk=key).first()
    if clip is None:
        raise ClipNotFound()
    return clip


def clips_of(space: Space, *, viewer: Viewer) -> QuerySet[Clip]:
    """The clips of a Space that the viewer may see (the Space of `space_for_viewer`), the newest first."""
    return _shown(viewer, timezone.now()).filter(space=space).order_by("-pk")


def _shown(viewer: Viewer, now: datetime) -> QuerySet[Clip]:
    found = Clip.objects.filter(expires_at__gt=now, by__is_active=True, by__is_suspended=False)
    found = found.exclude(state=Clip.State.DELETED).select_related("space__host", "by")
    if not isinstance(viewer, User):
        return found.filter(state=Clip.State.READY)
    found = found.filter(Q(state=Clip.State.READY) | Q(by=viewer))
    return found.exclude(blocks_with(viewer, "by_id")).exclude(blocks_with(viewer, "space__host_id"))


def may_delete(clip: Clip, viewer: Viewer) -> bool:
    """Whether the viewer may delete it: its maker, and the host of the Space."""
    return viewer.pk is not None and viewer.pk in (clip.by_id, clip.space.host_id)


def clip_card(clip: Clip) -> dict[str, Any]:
    """A clip, as the API shows it; addresses of its files are the view's."""
    return {
        "id": str(clip.pk),
        "space": str(clip.space_id),
        "title": clip.space.title,
        "by": person_card(clip.by),
        "host": person_card(clip.space.host),
        "caption": clip.caption,
        "state": clip.state,
        "progress": clip.progress,
        "duration_ms": clip.duration_ms,
        "plays": clip.plays,
        "created_at": clip.created_at,
        "expires_at": clip.expires_at,
    }
