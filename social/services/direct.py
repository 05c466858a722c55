"""Direct messages: write, delete, read; who may write.

Whoever changes what stands in a conversation locks its two sides first, in the order of their keys: what the sides say
of the newest message, and of how many are unread, is then what the messages say.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext

from accounts.models import User
from social.errors import DirectEmpty, DirectNotAccepted, DirectTooLong, DirectToSelf
from social.links import space_in
from social.models import Conversation, ConversationSide, DirectMessage, InboxSettings, Kind
from social.selectors.direct import may_write, message_cards, message_of, side_of
from social.selectors.spaces import space_cards
from social.services.counts import tell_counts_on_commit
from social.services.notifications import notification_withdraw, notify
from spaces_project.lib import broadcast, limits
from spaces_project.lib.errors import Invalid
from spaces_project.lib.text import clean_text

PREVIEW_LENGTH = 100


def direct_send(
    *, author: User, to: User, text: str, space_id: UUID | None = None, now: datetime
) -> DirectMessage:
    """Write to somebody: up to `SPACES_DIRECT_MESSAGE_MAX_LENGTH` characters once cleaned; none only beside a Space.

    The first message makes the conversation. `space_id`, or else the first link to a Space in the text, attaches that
    Space's card. Raises Invalid (`direct.self`, `direct.empty`, `direct.too_long`, or `space_id` for a Space that the
    author cannot see), TooMany, DirectNotAccepted.
    """
    if author.pk == to.pk:
        raise DirectToSelf()
    text = _cleaned(text, may_be_empty=space_id is not None)
    limits.require("direct.send", user=author, now=now)
    space_id = _space(author, text, space_id)
    with transaction.atomic():
        if not may_write(author=author, to=to):
            raise DirectNotAccepted()
        conversation = _conversation(author, to, now)
        sides = _locked_sides(conversation.pk)
        message = DirectMessage.objects.create(
            conversation=conversation, author=author, text=text, space_id=space_id, created_at=now
        )
        for side in sides:
            _show_as_newest(side, message)
        theirs = next(side for side in sides if side.user_id == to.pk)
        ConversationSide.objects.filter(pk=theirs.pk).update(unread_count=F("unread_count") + 1)
        if theirs.unread_count == 0:
            notify(
                user=to,
                kind=Kind.MESSAGE,
                key=_notification_key(conversation.pk),
                actor=author,
                space_id=space_id,
                data={"conversation": str(conversation.pk), "text": text[:PREVIEW_LENGTH]},
                now=now,
            )
            tell_counts_on_commit(to.pk)
        for person in (author, to):
            [card] = message_cards([message], viewer=person)
            _tell(person.pk, "direct.posted", conversation.pk, message=card)
    return message


def direct_delete(*, by: User, conversation_id: int, message_id: int, now: datetime) -> None:
    """Delete one's own message: it is gone for both. Done twice it is done once.

    Staff who delete somebody's do it in the author's place (`by`), once `moderation.permissions` has let them. Raises
    DirectNotFound, also for messages of others.
    """
    with transaction.atomic():
        message = message_of(author=by, conversation_id=conversation_id, message_id=message_id)
        sides = _locked_sides(conversation_id)
        shown = DirectMessage.objects.filter(pk=message.pk, deleted_at__isnull=True)
        if not shown.update(deleted_at=now):
            return
        newest = _shown(conversation_id).order_by("-pk").first()
        for side in sides:
            if side.last_message_id == message.pk:
                _show_as_newest(side, newest)
            if side.user_id != by.pk and message.pk > side.read_message_id:
                _count_unread(side)
            _tell(side.user_id, "direct.deleted", conversation_id, id=str(message.pk))


def direct_read(*, user: User, conversation_id: int, up_to: int) -> None:
    """`user` has had everything up to the message `up_to` on screen; what they had read before stays read.

    Their other devices are told. Raises DirectNotFound.
    """
    with transaction.atomic():
        side_of(user=user, conversation_id=conversation_id)
        side = ConversationSide.objects.select_for_update().get(conversation_id=conversation_id, user=user)
        side.user = user
        # What does not exist yet has not been read.
        up_to = min(up_to, side.last_message_id)
        if up_to <= side.read_message_id:
            return
        side.read_message_id = up_to
        side.save(update_fields=["read_message_id"])
        if side.unread_count:
            _count_unread(side)
            _tell(user.pk, "direct.read", conversation_id)


def inbox_settings_update(*, user: User, who_may_write: str) -> InboxSettings:
    """Choose who may write to `user`: one of `InboxSettings.WhoMayWrite`. Raises Invalid (`who_may_write`)."""
    if who_may_write not in InboxSettings.WhoMayWrite.values:
        raise Invalid(fields={"who_may_write": [gettext("Choose one of these.")]})
    chosen, _ = InboxSettings.objects.update_or_create(user=user, defaults={"who_may_write": who_may_write})
    return chosen


def _cleaned(text: str, *, may_be_empty: bool) -> str:
    text = clean_text(text, lines=settings.SPACES_DIRECT_MESSAGE_MAX_LINES)
    most = settings.SPACES_DIRECT_MESSAGE_MAX_LENGTH
    if not text and not may_be_empty:
        raise DirectEmpty()
    if len(text) > most:
        raise DirectTooLong(most)
    return text


def _space(author: User, text: str, space_id: UUID | None) -> UUID | None:
    """The Space whose card goes with the message. One that was asked for must be there; a link may lead nowhere."""
    wanted = space_id or space_in(text)
    if wanted is None or wanted in space_cards({wanted}, viewer=author):
        return wanted
    if space_id is not None:
        raise Invalid(fields={"space_id": [gettext("There is no such Space.")]})
    return None


def _conversation(author: User, to: User, now: datetime) -> Conversation:
    """The conversation of the two, new if they have none; of two who begin at once the second waits for the first."""
    low, high = sorted((author.pk, to.pk))
    conversation, is_new = Conversation.objects.get_or_create(
        low_id=low, high_id=high, defaults={"created_at": now}
    )
    if is_new:
        ConversationSide.objects.bulk_create(
            ConversationSide(conversation=conversation, user_id=one, other_id=other)
            for one, other in ((low, high), (high, low))
        )
    return conversation


def _locked_sides(conversation_id: int) -> list[ConversationSide]:
    sides = ConversationSide.objects.select_for_update().filter(conversation_id=conversation_id)
    return list(sides.order_by("pk"))


def _shown(conversation_id: int) -> Any:
    return DirectMessage.objects.filter(conversation_id=conversation_id, deleted_at__isnull=True)


def _show_as_newest(side: ConversationSide, message: DirectMessage | None) -> None:
    side.last_message_id = message.pk if message else 0
    side.last_message_at = message.created_at if message else None
    side.last_text = message.text[:PREVIEW_LENGTH] if message else ""
    side.last_is_mine = message is not None and message.author_id == side.user_id
    side.save(update_fields=["last_message_id", "last_message_at", "last_text", "last_is_mine"])


def _count_unread(side: ConversationSide) -> None:
    """Count anew, under the side's lock. With nothing unread there is nothing left to be told of, either."""
    unread = _shown(side.conversation_id).filter(author_id=side.other_id, pk__gt=side.read_message_id).count()
    ConversationSide.objects.filter(pk=side.pk).update(unread_count=unread)
    if unread:
        return
    withdrawn = notification_withdraw(user=side.user, key=_notification_key(side.conversation_id))
    # What is withdrawn tells the counts by itself.
    if not withdrawn:
        tell_counts_on_commit(side.user_id)


def _notification_key(conversation_id: int) -> str:
    """One notification for all that is unread in a conversation: it goes when the last of it is read or deleted."""
    return f"message:{conversation_id}"


def _tell(user_id: int, type: str, conversation_id: int, **data: Any) -> None:
    frame = {"type": type, "data": {"conversation": str(conversation_id), **data}}
    broadcast.send_on_commit(broadcast.user_group(user_id), frame)
