"""Spaces over REST: start, find, look at, end. Each operation parses, calls one selector or service, and translates."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from accounts.selectors import user_by_handle
from rooms import presence, selectors
from rooms.api import serializers
from rooms.api.base import SpaceView, checked
from rooms.models import Space, Topic
from rooms.services import control, lifecycle
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of
from spaces_project.lib.errors import Invalid

STATES = Space.State.values


class SpaceListView(APIView):
    """`/spaces/`"""

    @extend_schema(
        operation_id="spaces_list",
        summary="List Spaces, newest first",
        tags=["spaces"],
        parameters=[
            OpenApiParameter("state", enum=STATES, description="Only Spaces in this state."),
            OpenApiParameter("host", description="Only Spaces of the host with this handle."),
            *PAGE_PARAMETERS,
        ],
        responses=page_of(serializers.SpaceRowSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of Spaces."""
        state = request.query_params.get("state", "")
        if state and state not in STATES:
            raise Invalid(fields={"state": [f"Choose one of: {', '.join(STATES)}."]})
        handle = request.query_params.get("host", "")
        found = selectors.spaces(state=state, host=user_by_handle(handle) if handle else None)
        pages = NewestFirst()
        page: list[Space] = pages.paginate_queryset(found, request, self) or []
        listening = presence.listener_counts([space.pk for space in page if space.is_live])
        rows = [selectors.space_card(space) | {"listeners": listening.get(space.pk, 0)} for space in page]
        return pages.get_paginated_response(serializers.SpaceRowSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="spaces_start",
        summary="Start a Space now",
        description="403 `space.host_not_eligible` for who may not host; 409 `space.already_live`.",
        tags=["spaces"],
        request=serializers.SpaceStartSerializer,
        responses={201: serializers.SpaceSerializer},
    )
    def post(self, request: Request) -> Response:
        """Go live."""
        asked = checked(serializers.SpaceStartSerializer, request)
        space = lifecycle.space_start(host=signed_in_user(request), now=timezone.now(), **asked)
        body = serializers.SpaceSerializer(selectors.space_card(space)).data
        return Response(body, status=status.HTTP_201_CREATED)


class SpaceDetailView(SpaceView):
    """`/spaces/{id}/`"""

    @extend_schema(
        operation_id="spaces_get",
        summary="Get a Space",
        tags=["spaces"],
        responses=serializers.SpaceSerializer,
    )
    def get(self, request: Request, space_id: UUID) -> Response:
        """One Space."""
        space = self.space(request, space_id)
        return Response(serializers.SpaceSerializer(selectors.space_card(space)).data)

    @extend_schema(
        operation_id="space_edit",
        summary="Change a Space",
        description="Host and co-hosts. Who may speak counts at once: requests it does not allow are cleared.",
        tags=["control"],
        request=serializers.SpaceEditSerializer,
        responses=serializers.SpaceEditedSerializer,
    )
    def patch(self, request: Request, space_id: UUID) -> Response:
        """What is left out stays."""
        asked = checked(serializers.SpaceEditSerializer, request)
        space = control.space_edit(
            space=self.space(request, space_id), by=signed_in_user(request), now=timezone.now(), **asked
        )
        return Response(serializers.SpaceEditedSerializer(selectors.edited_card(space)).data)


class SpaceSnapshotView(SpaceView):
    """`/spaces/{id}/snapshot/`"""

    @extend_schema(
        operation_id="spaces_snapshot",
        summary="Get the room as it is now",
        tags=["spaces"],
        responses=serializers.SnapshotSerializer,
    )
    def get(self, request: Request, space_id: UUID) -> Response:
        """The same as `space.watch` answers on the socket."""
        space = self.space(request, space_id)
        shot = selectors.snapshot(space=space, user=request.user)
        return Response(serializers.SnapshotSerializer(shot).data)


class SpaceEndView(SpaceView):
    """`/spaces/{id}/end/`"""

    @extend_schema(
        operation_id="spaces_end",
        summary="End a Space for everybody",
        description="The host alone (403 `space.not_host`). Done twice it is done once.",
        tags=["spaces"],
        request=None,
        responses=serializers.SpaceSerializer,
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Off air."""
        space = lifecycle.space_end(
            space=self.space(request, space_id), by=signed_in_user(request), now=timezone.now()
        )
        return Response(serializers.SpaceSerializer(selectors.space_card(space)).data)


class BubblesView(APIView):
    """`/bubbles/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="bubbles_list",
        summary="List the live Spaces of people I follow",
        tags=["spaces"],
        responses=serializers.BubbleSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """The strip on top of home; the socket keeps it up to date."""
        rows = selectors.bubbles_for(user=request.user)
        return Response(serializers.BubbleSerializer(rows, many=True).data)


class TopicsView(APIView):
    """`/topics/`"""

    @extend_schema(
        operation_id="topics_list",
        summary="List the topics",
        tags=["spaces"],
        responses=serializers.TopicSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """All of them, by name."""
        return Response(serializers.TopicSerializer(Topic.objects.all(), many=True).data)
