"""Every read of direct messages: a conversation, and what is in it, is there for its two people alone."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict

from django.db.models import CharField, Exists, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Block, Follow, User
from accounts.selectors import PersonCard, person_card
from social.errors import DirectNotFound
from social.models import Conversation, ConversationSide, DirectMessage, InboxSettings
from social.selectors.spaces import space_cards

WhoMayWrite = InboxSettings.WhoMayWrite
_KEY_MAX = 2**63 - 1


class ConversationCard(TypedDict):
    """A conversation as one of its two people sees it; what was written last is theirs if `last_is_mine`."""

    id: str
    person: PersonCard
    last_text: str
    last_is_mine: bool
    last_at: datetime | None
    unread: int


def conversations_of(user: User) -> QuerySet[ConversationSide]:
    """`user`'s sides of conversations in which something stands, the latest first, with `other`."""
    return (
        ConversationSide.objects.filter(user=user, last_message_id__gt=0)
        .select_related("other")
        .order_by("-last_message_id")
    )


def side_of(*, user: User, conversation_id: int) -> ConversationSide:
    """`user`'s side of a conversation, with `other` and `conversation`. Raises DirectNotFound, also for other people's."""
    side = None
    # Beyond 64 bits PostgreSQL refuses even the question.
    if conversation_id <= _KEY_MAX:
        found = ConversationSide.objects.filter(user=user, conversation_id=conversation_id)
        side = found.select_related("other", "conversation").first()
    if side is None:
        raise DirectNotFound()
    return side


def side_with(*, user: User, person: User) -> ConversationSide | None:
    """`user`'s side of the conversation with `person`, if they have one."""
    return ConversationSide.objects.filter(user=user, conversation__in=between(user, person)).first()


def between(one: User, other: User) -> QuerySet[Conversation]:
    """The conversation of two people: one row or none."""
    low, high = sorted((one.pk, other.pk))
    return Conversation.objects.filter(low_id=low, high_id=high)


def messages_in(conversation_id: int) -> QuerySet[DirectMessage]:
    """What stands in a conversation (of `side_of`), the newest first, with authors."""
    return (
        DirectMessage.objects.filter(conversation_id=conversation_id, deleted_at__isnull=True)
        .select_related("author")
        .order_by("-pk")
    )


def message_of(*, author: User, conversation_id: int, message_id: int) -> DirectMessage:
    """One of `author`'s own messages, also a deleted one. Raises DirectNotFound, also for everybody else's."""
    message = None
    if max(conversation_id, message_id) <= _KEY_MAX:
        message = DirectMessage.objects.filter(
            pk=message_id, conversation_id=conversation_id, author=author
        ).first()
    if message is None:
        raise DirectNotFound()
    return message


def who_may_write_to(user: User) -> str:
    """What `user` has chosen of `InboxSettings.WhoMayWrite`."""
    chosen = InboxSettings.objects.filter(user=user).values_list("who_may_write", flat=True).first()
    return chosen or WhoMayWrite.EVERYONE


def may_write(*, author: User, to: User) -> bool:
    """Whether `author` may write to `to` now. One query.

    Not across a block, whoever of the two blocks, nor to an account that is closed or suspended, nor to oneself. Whoever has
    been written to by `to` may always answer; else it is as `to` has chosen, where "following" are those whom `to` follows.
    """
    if author.pk == to.pk or not to.is_active or to.is_suspended:
        return False
    chosen = InboxSettings.objects.filter(user_id=to.pk).values("who_may_write")
    written = DirectMessage.objects.filter(conversation__in=between(author, to), author_id=to.pk)
    blocked = Block.objects.filter(
        Q(owner_id=author.pk, person_id=to.pk) | Q(owner_id=to.pk, person_id=author.pk)
    )
    row = (
        User.objects.filter(pk=to.pk, is_active=True)
        .annotate(
            chosen=Coalesce(Subquery(chosen), Value(WhoMayWrite.EVERYONE.value), output_field=CharField()),
            is_followed=Exists(Follow.objects.filter(follower_id=to.pk, followee_id=author.pk)),
            has_written=Exists(written),
            is_blocked=Exists(blocked),
        )
        .values("chosen", "is_followed", "has_written", "is_blocked")
        .first()
    )
    if row is None or row["is_blocked"]:
        return False
    if row["has_written"] or row["chosen"] == WhoMayWrite.EVERYONE:
        return True
    return bool(row["chosen"] == WhoMayWrite.FOLLOWING and row["is_followed"])


def conversation_card(side: ConversationSide) -> ConversationCard:
    """A side as the API shows it."""
    return {
        "id": str(side.conversation_id),
        "person": person_card(side.other),
        "last_text": side.last_text,
        "last_is_mine": side.last_is_mine,
        "last_at": side.last_message_at,
        "unread": side.unread_count,
    }


def message_cards(messages: Sequence[DirectMessage], *, viewer: User) -> list[dict[str, Any]]:
    """Messages as frames and the API show them to `viewer` (docs/protocol.md). One query for the Spaces in them, if any."""
    spaces = space_cards({message.space_id for message in messages if message.space_id}, viewer=viewer)
    return [
        {
            "id": str(message.pk),
            "author": person_card(message.author),
            "text": message.text,
            "space": spaces.get(message.space_id) if message.space_id else None,
            "created_at": message.created_at,
        }
        for message in messages
    ]
