"""Listening over REST: join, connect the sound, leave, and who else is there."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.signed_in import signed_in_user
from accounts.selectors import person_card
from rooms import selectors
from rooms.api import serializers
from rooms.api.base import SpaceView, checked
from rooms.services import audio, joining
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of


class LatestJoined(NewestFirst):
    """Listeners, the latest to join first."""

    ordering = ("-joined_at", "-pk")
    page_size = 50


class SpaceJoinView(SpaceView):
    """`/spaces/{id}/join/`"""

    @extend_schema(
        operation_id="spaces_join",
        summary="Join a Space",
        description=(
            "Gives a LiveKit token that is good for about 90 s and hears only; whoever is on stage gets the right to "
            "speak once connected (`spaces_audio_connected`). 410 `space.ended`, 403 `space.removed`. With `warn` nobody comes "
            "in while somebody whom they block is on stage: 409 `space.blocked_on_stage`, whose message names them; ask, and "
            "join without it."
        ),
        tags=["listening"],
        request=serializers.JoinSerializer,
        responses=serializers.JoinedSerializer,
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Come in."""
        space, user = self.space(request, space_id), signed_in_user(request)
        asked = checked(serializers.JoinSerializer, request)
        if asked["warn"]:
            selectors.require_nobody_blocked_on_stage(space, user)
        joined = joining.space_join(space=space, user=user, came_from=asked["came_from"], now=timezone.now())
        body = {
            "connection": joined.participation.connection,
            "role": joined.participation.role,
            "audio": joined.audio,
            "snapshot": selectors.snapshot(space=joined.space, user=request.user),
        }
        return Response(serializers.JoinedSerializer(body).data)


class SpaceAudioConnectedView(SpaceView):
    """`/spaces/{id}/audio-connected/`"""

    @extend_schema(
        operation_id="spaces_audio_connected",
        summary="Say that the LiveKit connection stands",
        description="Sets the rights of the role in LiveKit. 409 `space.superseded` when a newer join took over.",
        tags=["listening"],
        request=serializers.ConnectionSerializer,
        responses=serializers.MayPublishSerializer,
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Get the rights of one's role."""
        asked = checked(serializers.ConnectionSerializer, request)
        space = self.space(request, space_id)
        return Response(
            {"may_publish": audio.audio_connected(space=space, user=signed_in_user(request), **asked)}
        )


class SpaceLeaveView(SpaceView):
    """`/spaces/{id}/leave/`"""

    @extend_schema(
        operation_id="spaces_leave",
        summary="Leave a Space",
        tags=["listening"],
        request=serializers.LeaveSerializer,
        responses={204: None},
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Go."""
        asked = checked(serializers.LeaveSerializer, request)
        joining.space_leave(
            space=self.space(request, space_id), user=signed_in_user(request), now=timezone.now(), **asked
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class SpaceListenersView(SpaceView):
    """`/spaces/{id}/listeners/`"""

    @extend_schema(
        operation_id="spaces_listeners",
        summary="List who is listening now",
        tags=["listening"],
        parameters=[
            OpenApiParameter(
                "q", description="Only those whose handle or name begins so, whatever its case."
            ),
            *PAGE_PARAMETERS,
        ],
        responses=page_of(serializers.ListenerSerializer),
    )
    def get(self, request: Request, space_id: UUID) -> Response:
        """A page of listeners, the latest to join first."""
        pages = LatestJoined()
        space = selectors.room_for_viewer(user=request.user, space_id=space_id)
        query = request.query_params.get("q", "")
        found = selectors.listeners_of(space, viewer=request.user, query=query)
        page: list[Any] = pages.paginate_queryset(found, request, self) or []
        rows = [
            person_card(one.user) | {"joined_at": one.joined_at, "is_following": one.is_following}
            for one in page
        ]
        return pages.get_paginated_response(serializers.ListenerSerializer(rows, many=True).data)
