"""Lines of captions are kept, shown, and taken out."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from accounts.models import User
from recordings.engines.base import EngineInfo
from recordings.models import CaptionLine
from recordings.selectors.captions import LINE_MAX, captions_card, line_card, line_in
from recordings.services.agents import locked_claim
from recordings.words import masked
from rooms.errors import Removed
from rooms.events import emit
from rooms.models import Space
from rooms.permissions import Action, require
from rooms.selectors.schedule import not_live
from rooms.services.locks import locked_participation, locked_space
from rooms.services.noting import note_act
from spaces_project.lib import broadcast
from spaces_project.lib.text import clean_line


def captions_tell(*, space_id: UUID) -> None:
    """Tell those who look at a Space whether there are captions in its language."""
    with transaction.atomic():
        space = locked_space(space_id, live=False)
        emit(space, "captions.changed", captions_card(space))


def caption_add(
    *,
    job_id: int,
    worker: str,
    user_id: int,
    text: str,
    starts_at_ms: int,
    ends_at_ms: int,
    engine: EngineInfo,
    now: datetime,
) -> CaptionLine | None:
    """Keep what somebody said, and show it. None when nothing is left of it. Raises ClaimLost.

    Offensive words are masked where the engine is rough or the host wants it, before anything is kept.
    """
    text = clean_line(text)[:LINE_MAX]
    if not text:
        return None
    with transaction.atomic():
        job = locked_claim(job_id=job_id, worker=worker)
        space = Space.objects.get(pk=job.space_id)
        shown, is_masked = masked(text) if engine.rough or space.captions_masked else (text, False)
        line = CaptionLine.objects.create(
            space=space,
            user_id=user_id,
            speaker_name=User.objects.get(pk=user_id).display_name,
            starts_at_ms=starts_at_ms,
            ends_at_ms=max(starts_at_ms, ends_at_ms),
            text=shown[:LINE_MAX],
            masked=is_masked,
            language=space.language,
            engine=engine.name,
        )
        _show(space, "captions.line", line_card(line))
    return line


def caption_remove(*, space: Space, by: User, line_id: int, now: datetime, as_staff: bool = False) -> None:
    """Take a line out of captions and transcript: one's own at any time, those of others as host or co-host while live.

    `as_staff`: at any time; whoever calls has asked the table of staff (`moderation.permissions`). Done twice it is
    done once. Raises LineNotFound, Removed, NotAllowed (`space.not_moderator`), SpaceEnded.
    """
    with transaction.atomic():
        participation = locked_participation(space, by.pk)
        if not as_staff and participation is not None and participation.removed_at is not None:
            raise Removed()
        line = line_in(space=space, line_id=line_id)
        if not as_staff and line.user_id != by.pk:
            current = Space.objects.get(pk=space.pk)
            if not current.is_live:
                raise not_live(current)
            require(participation, Action.CAPTION_REMOVE)
        if CaptionLine.objects.filter(pk=line.pk, removed_at__isnull=True).update(removed_at=now):
            _show(space, "captions.removed", {"id": str(line.pk)})
            note_act(Action.CAPTION_REMOVE, space=space, by=by, on=line.user, data={"line": line.pk}, now=now)


def _show(space: Space, type: str, data: dict[str, object]) -> None:
    """Tell those who show captions, after commit."""
    frame = {"type": type, "space": str(space.pk), "data": data}
    broadcast.send_on_commit(broadcast.captions_group(space.pk), frame)
