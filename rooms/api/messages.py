"""Room messages over REST."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.signed_in import signed_in_user
from rooms import selectors
from rooms.api.base import SpaceView, checked
from rooms.api.serializers import PersonSerializer
from rooms.models import Role, RoomMessage
from rooms.services import messages
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of


class MessageSerializer(serializers.Serializer[Any]):
    """A few words in a Space."""

    id = serializers.CharField()
    author = PersonSerializer()
    role = serializers.ChoiceField(Role.choices, help_text="What the author is in the Space.")
    text = serializers.CharField(help_text="Plain text; it may have line breaks.")
    held = serializers.BooleanField(
        help_text="Whether it waits for host or co-host; only they and its author see it."
    )
    created_at = serializers.DateTimeField()


class MessagePostSerializer(serializers.Serializer[Any]):
    """What to write. The service checks it; here only its kind."""

    text = serializers.CharField(
        max_length=5000, trim_whitespace=False, allow_blank=True, help_text="1–280 characters, up to 6 lines."
    )


class NewestMessages(NewestFirst):
    """A screenful, and more."""

    page_size = 50


class SpaceMessagesView(SpaceView):
    """`/spaces/{id}/messages/`"""

    @extend_schema(
        operation_id="messages_list",
        summary="List what was written in the room, newest first",
        description="403 `space.removed`.",
        tags=["messages"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(MessageSerializer),
    )
    def get(self, request: Request, space_id: UUID) -> Response:
        """A page of messages; deleted ones are in none."""
        space = selectors.room_for_viewer(user=request.user, space_id=space_id)
        pages = NewestMessages()
        found = selectors.messages_of(space, viewer=request.user)
        page: list[RoomMessage] = pages.paginate_queryset(found, request, self) or []
        rows = MessageSerializer(selectors.message_cards(space, page), many=True).data
        return pages.get_paginated_response(rows)

    @extend_schema(
        operation_id="messages_post",
        summary="Write in the room",
        description=(
            "Where the host is strict (`strict_messages`), what accounts that are new write is `held` for host or co-host. "
            "400 `message.filtered`; 403 `message.off`, `message.followers_only`, `space.removed`; 409 `space.not_joined`; "
            "410 `space.ended`; 429 `too_many` with `Retry-After`."
        ),
        tags=["messages"],
        request=MessagePostSerializer,
        responses={201: MessageSerializer},
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Say something in writing."""
        asked = checked(MessagePostSerializer, request)
        space = self.space(request, space_id)
        message = messages.message_post(
            space=space, author=signed_in_user(request), now=timezone.now(), **asked
        )
        [card] = selectors.message_cards(space, [message])
        return Response(MessageSerializer(card).data, status=status.HTTP_201_CREATED)


class SpaceMessageView(SpaceView):
    """`/spaces/{id}/messages/{message_id}/`"""

    @extend_schema(
        operation_id="messages_delete",
        summary="Delete a message",
        description=(
            "One's own at any time; those of others as host or co-host of a live Space (403 `space.not_moderator`). "
            "Done twice it is done once. 404 `message.not_found`."
        ),
        tags=["messages"],
        responses={204: None},
    )
    def delete(self, request: Request, space_id: UUID, message_id: int) -> Response:
        """Take it out of every answer."""
        space = self.space(request, space_id)
        messages.message_delete(
            space=space, by=signed_in_user(request), message_id=message_id, now=timezone.now()
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class SpaceMessageApproveView(SpaceView):
    """`/spaces/{id}/messages/{message_id}/approve/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="messages_approve",
        summary="Let a held message through",
        description=(
            "Host and co-hosts of a live Space (403 `space.not_moderator`). Done twice it is done once. "
            "404 `message.not_found`; 410 `space.ended`."
        ),
        tags=["messages"],
        request=None,
        responses=MessageSerializer,
    )
    def post(self, request: Request, space_id: UUID, message_id: int) -> Response:
        """From now on everybody sees it."""
        space = self.space(request, space_id)
        message = messages.message_approve(
            space=space, by=signed_in_user(request), message_id=message_id, now=timezone.now()
        )
        [card] = selectors.message_cards(space, [message])
        return Response(MessageSerializer(card).data)


class SpaceMessageDeclineView(SpaceView):
    """`/spaces/{id}/messages/{message_id}/decline/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="messages_decline",
        summary="Turn a held message down",
        description=(
            "Host and co-hosts of a live Space (403 `space.not_moderator`). Done twice it is done once. "
            "404 `message.not_found`; 409 `message.not_held`; 410 `space.ended`."
        ),
        tags=["messages"],
        request=None,
        responses={204: None},
    )
    def post(self, request: Request, space_id: UUID, message_id: int) -> Response:
        """Nobody is to see it."""
        messages.message_decline(
            space=self.space(request, space_id),
            by=signed_in_user(request),
            message_id=message_id,
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
