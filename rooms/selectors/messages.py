"""Every read of room messages, with the right to see them."""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.selectors import person_card
from rooms.errors import MessageNotFound
from rooms.models import Participation, Role, RoomMessage, Space
from rooms.permissions import Action, may


def messages_of(space: Space, *, viewer: User | AnonymousUser) -> QuerySet[RoomMessage]:
    """What has been written in a Space (of `room_for_viewer`) and not deleted, the newest first, with authors.

    Whoever may see the room may read it, as on the socket; what is held is for its author, and for host and co-hosts.
    """
    found = RoomMessage.objects.filter(space=space, deleted_at__isnull=True, author__is_active=True)
    if not _may_see_held(space, viewer):
        through = Q(held_at__isnull=True)
        found = found.filter(through | Q(author=viewer) if isinstance(viewer, User) else through)
    return found.select_related("author").order_by("-pk")


def message_in(*, space: Space, message_id: int) -> RoomMessage:
    """One message, also a deleted one. Raises MessageNotFound."""
    message = RoomMessage.objects.filter(space=space, pk=message_id).first()
    if message is None:
        raise MessageNotFound()
    return message


def message_cards(space: Space, messages: Sequence[RoomMessage]) -> list[dict[str, Any]]:
    """These messages of `space` as the API shows them, each with what its author is in the Space now. One query."""
    authors = {message.author_id for message in messages}
    roles = dict(Participation.objects.filter(space=space, user__in=authors).values_list("user_id", "role"))
    return [message_card(message, roles.get(message.author_id, Role.LISTENER)) for message in messages]


def message_card(message: RoomMessage, role: str) -> dict[str, Any]:
    """A message, as frames and the API show it (docs/protocol.md)."""
    return {
        "id": str(message.pk),
        "author": person_card(message.author),
        "role": role,
        "text": message.text,
        "held": message.held_at is not None,
        "created_at": message.created_at,
    }


def _may_see_held(space: Space, viewer: User | AnonymousUser) -> bool:
    if not isinstance(viewer, User):
        return False
    participation = Participation.objects.filter(space=space, user=viewer).first()
    return may(participation, Action.MESSAGE_APPROVE)
