"""Direct messages over REST."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.serializers import PersonSerializer
from accounts.api.signed_in import signed_in_user
from accounts.models import User
from accounts.selectors import user_by_handle
from social.api.serializers import SpaceCardSerializer
from social.models import ConversationSide, DirectMessage, InboxSettings
from social.selectors import direct as selectors
from social.services import direct
from spaces_project.lib.api.input import checked
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of

_SENDING = (
    "1 to 1,000 characters, or none beside `space_id`. 400 `direct.self`, `direct.empty`, `direct.too_long`; "
    "403 `direct.not_accepted`, which does not say why; 429 `too_many` with `Retry-After`."
)


class ConversationSerializer(serializers.Serializer[Any]):
    """What you and somebody else have written to each other."""

    id = serializers.CharField()
    person = PersonSerializer(help_text="The other one.")
    last_text = serializers.CharField(
        help_text='The beginning of the newest message; "" where it is a Space alone.'
    )
    last_is_mine = serializers.BooleanField()
    last_at = serializers.DateTimeField(allow_null=True)
    unread = serializers.IntegerField(help_text="How many messages you have not read.")


class ConversationDetailSerializer(ConversationSerializer):
    """A conversation, opened."""

    may_write = serializers.BooleanField(help_text="Whether the other one accepts messages from you.")


class DirectMessageSerializer(serializers.Serializer[Any]):
    """A direct message."""

    id = serializers.CharField()
    author = PersonSerializer()
    text = serializers.CharField(help_text='Plain text; it may have line breaks, and be "" beside a Space.')
    space = SpaceCardSerializer(allow_null=True, help_text="A Space that it links to.")
    created_at = serializers.DateTimeField()


class DirectSendSerializer(serializers.Serializer[Any]):
    """What to write. The service checks it; here only its kind."""

    text = serializers.CharField(
        max_length=20_000, trim_whitespace=False, allow_blank=True, required=False, default=""
    )
    space_id = serializers.UUIDField(required=False, allow_null=True, default=None)


class DirectReadSerializer(serializers.Serializer[Any]):
    """How far."""

    up_to = serializers.RegexField(
        r"\A[0-9]{1,18}\Z", help_text="Id of the newest message that was on screen."
    )


class InboxSettingsSerializer(serializers.Serializer[Any]):
    """Who may write to you. Whoever you have written to may always answer."""

    who_may_write = serializers.ChoiceField(InboxSettings.WhoMayWrite.choices)


class NewestConversations(NewestFirst):
    """By their newest message."""

    ordering = "-last_message_id"


class NewestMessages(NewestFirst):
    """A screenful, and more."""

    page_size = 50


class _MineView(APIView):
    permission_classes = (IsAuthenticated,)


class ConversationsView(_MineView):
    """`/conversations/`"""

    @extend_schema(
        operation_id="conversations_list",
        summary="List my conversations, the latest first",
        tags=["direct messages"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(ConversationSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of conversations; those in which nothing stands are in none."""
        pages = NewestConversations()
        found = selectors.conversations_of(signed_in_user(request))
        page: list[ConversationSide] = pages.paginate_queryset(found, request, self) or []
        cards = [selectors.conversation_card(side) for side in page]
        return pages.get_paginated_response(ConversationSerializer(cards, many=True).data)


class ConversationView(_MineView):
    """`/conversations/{id}/`"""

    @extend_schema(
        operation_id="conversations_get",
        summary="Get a conversation of mine",
        description="404 `direct.not_found`, also for those of other people.",
        tags=["direct messages"],
        responses=ConversationDetailSerializer,
    )
    def get(self, request: Request, conversation_id: int) -> Response:
        """One's side of it."""
        me = signed_in_user(request)
        side = selectors.side_of(user=me, conversation_id=conversation_id)
        card = selectors.conversation_card(side) | {
            "may_write": selectors.may_write(author=me, to=side.other)
        }
        return Response(ConversationDetailSerializer(card).data)


class ConversationMessagesView(_MineView):
    """`/conversations/{id}/messages/`"""

    @extend_schema(
        operation_id="direct_messages_list",
        summary="List what stands in a conversation, newest first",
        description="Reading this list marks nothing as read. 404 `direct.not_found`.",
        tags=["direct messages"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(DirectMessageSerializer),
    )
    def get(self, request: Request, conversation_id: int) -> Response:
        """A page of messages; deleted ones are in none."""
        me = signed_in_user(request)
        side = selectors.side_of(user=me, conversation_id=conversation_id)
        pages = NewestMessages()
        found = selectors.messages_in(side.conversation_id)
        page: list[DirectMessage] = pages.paginate_queryset(found, request, self) or []
        cards = selectors.message_cards(page, viewer=me)
        return pages.get_paginated_response(DirectMessageSerializer(cards, many=True).data)

    @extend_schema(
        operation_id="direct_messages_post",
        summary="Write in a conversation",
        description=f"{_SENDING} 404 `direct.not_found`.",
        tags=["direct messages"],
        request=DirectSendSerializer,
        responses={201: DirectMessageSerializer},
    )
    def post(self, request: Request, conversation_id: int) -> Response:
        """Write to the other one."""
        side = selectors.side_of(user=signed_in_user(request), conversation_id=conversation_id)
        return _send(request, side.other)


class ConversationMessageView(_MineView):
    """`/conversations/{id}/messages/{message_id}/`"""

    @extend_schema(
        operation_id="direct_messages_delete",
        summary="Delete a message of mine",
        description=(
            "It is gone for both. Done twice it is done once. 404 `direct.not_found`, also for messages of others."
        ),
        tags=["direct messages"],
        responses={204: None},
    )
    def delete(self, request: Request, conversation_id: int, message_id: int) -> Response:
        """Take it out of every answer."""
        direct.direct_delete(
            by=signed_in_user(request),
            conversation_id=conversation_id,
            message_id=message_id,
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class ConversationReadView(_MineView):
    """`/conversations/{id}/read/`"""

    @extend_schema(
        operation_id="conversations_read",
        summary="Mark a conversation as read up to a message",
        description="What was read before stays read. 404 `direct.not_found`.",
        tags=["direct messages"],
        request=DirectReadSerializer,
        responses={204: None},
    )
    def post(self, request: Request, conversation_id: int) -> Response:
        """Everything up to it is no longer new."""
        up_to = int(checked(DirectReadSerializer, request)["up_to"])
        direct.direct_read(user=signed_in_user(request), conversation_id=conversation_id, up_to=up_to)
        return Response(status=status.HTTP_204_NO_CONTENT)


class UserMessagesView(_MineView):
    """`/users/{handle}/messages/`"""

    @extend_schema(
        operation_id="users_message",
        summary="Write to somebody",
        description=f"The first message begins the conversation. {_SENDING}",
        tags=["direct messages"],
        request=DirectSendSerializer,
        responses={201: DirectMessageSerializer},
    )
    def post(self, request: Request, handle: str) -> Response:
        """Write to them, for the first time or again."""
        return _send(request, user_by_handle(handle))


class MyInboxSettingsView(_MineView):
    """`/me/inbox-settings/`"""

    @extend_schema(
        operation_id="me_inbox_settings_get",
        summary="See who may write to me",
        tags=["me"],
        responses=InboxSettingsSerializer,
    )
    def get(self, request: Request) -> Response:
        """As it is set."""
        return Response({"who_may_write": selectors.who_may_write_to(signed_in_user(request))})

    @extend_schema(
        operation_id="me_inbox_settings_change",
        summary="Choose who may write to me",
        description="`following` are the people I follow. Whoever I have written to may always answer.",
        tags=["me"],
        request=InboxSettingsSerializer,
        responses=InboxSettingsSerializer,
    )
    def put(self, request: Request) -> Response:
        """Choose anew."""
        asked = checked(InboxSettingsSerializer, request)
        chosen = direct.inbox_settings_update(user=signed_in_user(request), **asked)
        return Response({"who_may_write": chosen.who_may_write})


def _send(request: Request, to: User) -> Response:
    me = signed_in_user(request)
    asked = checked(DirectSendSerializer, request)
    message = direct.direct_send(author=me, to=to, now=timezone.now(), **asked)
    [card] = selectors.message_cards([message], viewer=me)
    return Response(DirectMessageSerializer(card).data, status=status.HTTP_201_CREATED)
