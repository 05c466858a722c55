"""What people write in a Space beside the stage. Messages carry no seq, so none of this locks the Space's row."""

from datetime import datetime

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.selectors import followed_ids
from rooms.errors import FollowersOnly, MessagesOff, NotInSpace, Removed
from rooms.models import Participation, RoomMessage, Space
from rooms.permissions import Action, require
from rooms.selectors.messages import message_card, message_in
from rooms.selectors.schedule import not_live
from rooms.services.locks import locked_participation
from rooms.services.noting import note_act
from spaces_project.lib import broadcast, rate
from spaces_project.lib.errors import Invalid
from spaces_project.lib.text import clean_text


def message_post(*, space: Space, author: User, text: str, now: datetime) -> RoomMessage:
    """Write in the room: 1 to `SPACES_MESSAGE_MAX_LENGTH` characters once cleaned, in up to `SPACES_MESSAGE_MAX_LINES` lines.

    Raises Invalid (`text`), TooMany (`SPACES_MESSAGE_RATE`), SpaceEnded, NotInSpace, Removed, and by the Space's
    `message_policy` FollowersOnly or MessagesOff.
    """
    text = _cleaned(text)
    rate.require(f"user:{author.pk}", Action.MESSAGE_POST, *settings.SPACES_MESSAGE_RATE, now=now)
    with transaction.atomic():
        space = Space.objects.get(pk=space.pk)
        # Locked, so that nothing is written after the author's removal.
        participation = locked_participation(space, author.pk)
        _require_may_write(space, participation, author)
        message = RoomMessage.objects.create(space=space, author=author, text=text, created_at=now)
        role = participation.role if participation else ""
        frame = {
            "type": "message.posted",
            "space": str(space.pk),
            "data": {"message": message_card(message, role)},
        }
        broadcast.send_on_commit(broadcast.space_group(space.pk), frame)
    return message


def message_delete(*, space: Space, by: User, message_id: int, now: datetime) -> None:
    """Take a message out of every answer: one's own at any time, those of others as host or co-host while live.

    Done twice it is done once. Raises MessageNotFound, Removed, NotAllowed (`space.not_moderator`), SpaceEnded.
    """
    with transaction.atomic():
        message = message_in(space=space, message_id=message_id)
        participation = locked_participation(space, by.pk)
        if participation is not None and participation.removed_at is not None:
            raise Removed()
        if message.author_id != by.pk:
            current = Space.objects.get(pk=space.pk)
            if not current.is_live:
                raise not_live(current)
            require(participation, Action.MESSAGE_DELETE)
        shown = RoomMessage.objects.filter(pk=message.pk, deleted_at__isnull=True)
        if shown.update(deleted_at=now, deleted_by=by):
            frame = {"type": "message.deleted", "space": str(space.pk), "data": {"id": str(message.pk)}}
            broadcast.send_on_commit(broadcast.space_group(space.pk), frame)
            data = {"message": message.pk}
            note_act(Action.MESSAGE_DELETE, space=space, by=by, on=message.author, data=data, now=now)


def _cleaned(text: str) -> str:
    text = clean_text(text, lines=settings.SPACES_MESSAGE_MAX_LINES)
    if not text:
        raise Invalid(fields={"text": ["Write something."]})
    if len(text) > settings.SPACES_MESSAGE_MAX_LENGTH:
        raise Invalid(fields={"text": [f"Use at most {settings.SPACES_MESSAGE_MAX_LENGTH} characters."]})
    return text


def _require_may_write(space: Space, participation: Participation | None, author: User) -> None:
    """Raise the first reason why not. Those on stage may write where followers may: the host has let them speak."""
    if not space.is_live:
        raise not_live(space)
    writer = require(participation, Action.MESSAGE_POST)
    if not writer.is_present:
        raise NotInSpace()
    if space.message_policy == Space.MessagePolicy.OFF:
        raise MessagesOff()
    only_followers = space.message_policy == Space.MessagePolicy.FOLLOWERS and not writer.on_stage
    if only_followers and space.host_id not in followed_ids(author, [space.host_id]):
        raise FollowersOnly()
