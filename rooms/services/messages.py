"""What people write in a Space beside the stage. Messages carry no seq, so none of this locks the Space's row."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.selectors import followed_ids
from rooms.errors import (
    FollowersOnly,
    MessageFiltered,
    MessageNotFound,
    MessageNotHeld,
    MessagesOff,
    NotInSpace,
    Removed,
)
from rooms.events import tell_moderators, tell_person, tell_space
from rooms.filters import word_hit
from rooms.models import Participation, RoomMessage, Space
from rooms.permissions import Action, may, require
from rooms.selectors.messages import message_card, message_cards, message_in
from rooms.selectors.schedule import not_live
from rooms.selectors.stage import moderators_of
from rooms.services.locks import locked_message, locked_participation
from rooms.services.noting import note_act
from spaces_project.lib import limits
from spaces_project.lib.errors import Invalid
from spaces_project.lib.text import clean_text


def message_post(*, space: Space, author: User, text: str, now: datetime) -> RoomMessage:
    """Write in the room: 1 to `SPACES_MESSAGE_MAX_LENGTH` characters once cleaned, in up to `SPACES_MESSAGE_MAX_LINES` lines.

    Where the host is strict, what new accounts write is held (`held_at`) for host and co-hosts to decide on; those on stage
    are trusted. Raises Invalid (`text`), TooMany, SpaceEnded, NotInSpace, Removed, and by the Space's settings
    FollowersOnly, MessagesOff or MessageFiltered (host and co-hosts may say what they forbid others).
    """
    text = _cleaned(text)
    limits.require(Action.MESSAGE_POST, user=author, now=now)
    with transaction.atomic():
        space = Space.objects.get(pk=space.pk)
        # Locked, so that nothing is written after the author's removal.
        participation = locked_participation(space, author.pk)
        writer = _require_may_write(space, participation, author)
        if not may(writer, Action.MESSAGE_APPROVE) and (word := word_hit(space.blocked_words, text)):
            raise MessageFiltered(word)
        held = space.strict_messages and not writer.on_stage and limits.is_new(author, now=now)
        message = RoomMessage.objects.create(
            space=space, author=author, text=text, created_at=now, held_at=now if held else None
        )
        card = {"message": message_card(message, writer.role)}
        if held:
            _tell_concerned(space, author.pk, "message.held", card)
        else:
            tell_space(space, "message.posted", card)
    return message


def message_approve(*, space: Space, by: User, message_id: int, now: datetime) -> RoomMessage:
    """Let a held message through: now everybody sees it, where it stands by when it was written.

    Done twice it is done once. Raises MessageNotFound (also for a deleted one), NotAllowed (`space.not_moderator`), Removed,
    SpaceEnded.
    """
    with transaction.atomic():
        space, message = _to_decide(space, by, message_id, Action.MESSAGE_APPROVE)
        if message.deleted_at is not None:
            raise MessageNotFound()
        if message.held_at is not None:
            message.held_at = None
            message.save(update_fields=["held_at"])
            [card] = message_cards(space, [message])
            tell_space(space, "message.posted", {"message": card})
            data = {"message": message.pk}
            note_act(Action.MESSAGE_APPROVE, space=space, by=by, on=message.author, data=data, now=now)
    return message


def message_decline(*, space: Space, by: User, message_id: int, now: datetime) -> None:
    """Turn a held message down: nobody sees it any more. Done twice it is done once.

    Raises MessageNotFound, MessageNotHeld (it was let through, or never waited), NotAllowed (`space.not_moderator`), Removed,
    SpaceEnded.
    """
    with transaction.atomic():
        space, message = _to_decide(space, by, message_id, Action.MESSAGE_DECLINE)
        if message.held_at is None:
            raise MessageNotHeld()
        if message.deleted_at is None:
            message.deleted_at, message.deleted_by = now, by
            message.save(update_fields=["deleted_at", "deleted_by"])
            _tell_concerned(space, message.author_id, "message.deleted", {"id": str(message.pk)})
            data = {"message": message.pk}
            note_act(Action.MESSAGE_DECLINE, space=space, by=by, on=message.author, data=data, now=now)


def message_delete(*, space: Space, by: User, message_id: int, now: datetime, as_staff: bool = False) -> None:
    """Take a message out of every answer: one's own at any time, those of others as host or co-host while live.

    `as_staff`: at any time; whoever calls has asked the table of staff (`moderation.permissions`). Done twice it is
    done once. Raises MessageNotFound, Removed, NotAllowed (`space.not_moderator`), SpaceEnded.
    """
    with transaction.atomic():
        message = message_in(space=space, message_id=message_id)
        participation = locked_participation(space, by.pk)
        if not as_staff and participation is not None and participation.removed_at is not None:
            raise Removed()
        if not as_staff and message.author_id != by.pk:
            current = Space.objects.get(pk=space.pk)
            if not current.is_live:
                raise not_live(current)
            require(participation, Action.MESSAGE_DELETE)
        message = locked_message(space, message_id)
        if message.deleted_at is None:
            message.deleted_at, message.deleted_by = now, by
            message.save(update_fields=["deleted_at", "deleted_by"])
            gone = {"id": str(message.pk)}
            if message.held_at is not None:
                _tell_concerned(space, message.author_id, "message.deleted", gone)
            else:
                tell_space(space, "message.deleted", gone)
            data = {"message": message.pk}
            note_act(Action.MESSAGE_DELETE, space=space, by=by, on=message.author, data=data, now=now)


def _to_decide(space: Space, by: User, message_id: int, action: Action) -> tuple[Space, RoomMessage]:
    """The live Space, and a message of it, locked, for somebody who may do `action`."""
    space = Space.objects.get(pk=space.pk)
    if not space.is_live:
        raise not_live(space)
    require(locked_participation(space, by.pk), action)
    return space, locked_message(space, message_id)


def _tell_concerned(space: Space, author_id: int, type: str, data: Mapping[str, Any]) -> None:
    """What is held is for its author, and for host and co-hosts."""
    tell_moderators(space, type, data)
    if author_id not in moderators_of(space):
        tell_person(space, author_id, type, data)


def _cleaned(text: str) -> str:
    text = clean_text(text, lines=settings.SPACES_MESSAGE_MAX_LINES)
    if not text:
        raise Invalid(fields={"text": [_("Write something.")]})
    if len(text) > settings.SPACES_MESSAGE_MAX_LENGTH:
        raise Invalid(
            fields={
                "text": [_("Use at most {most} characters.").format(most=settings.SPACES_MESSAGE_MAX_LENGTH)]
            }
        )
    return text


def _require_may_write(space: Space, participation: Participation | None, author: User) -> Participation:
    """What the author is in the Space; raises the first reason why they may not.

    Those on stage may write where followers may: the host has let them speak.
    """
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
    return writer
