"""Spaces over REST: start, find, look at, end. Each operation parses, calls one selector or service, and translates."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from rooms import selectors
from rooms.api import serializers
from rooms.api.base import SpaceView, checked
from rooms.api.discovery import SPACE_FILTERS, spaces_page
from rooms.api.schedule import space_edited, space_made
from rooms.services import lifecycle
from spaces_project.lib.api.schema import page_of


class SpaceListView(APIView):
    """`/spaces/`"""

    @extend_schema(
        operation_id="spaces_list",
        summary="List Spaces, newest first",
        tags=["spaces"],
        description="Of a host whom you block there are none; who blocks you is nobody (404). 404 `topic.not_found`.",
        parameters=SPACE_FILTERS,
        responses=page_of(serializers.SpaceRowSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of Spaces."""
        return spaces_page(request, self)

    @extend_schema(
        operation_id="spaces_start",
        summary="Start a Space now, or announce it",
        description=(
            "403 `space.host_not_eligible` for who may not host; 409 `space.already_live`. With `scheduled_at` it is "
            "announced, from 5 minutes to 30 days ahead: 409 `schedule.too_many` beyond 10, and, on the field concerned, 400 "
            "`schedule.past`, `schedule.too_far`, `schedule.zone_unknown`, `schedule.time_missing` and "
            "`schedule.time_twice` (clocks go forward over that time, or back; for the second send `fold`), "
            "`series.ends_before_start`."
        ),
        tags=["spaces"],
        request=serializers.SpaceStartSerializer,
        responses={201: serializers.SpaceSerializer},
    )
    def post(self, request: Request) -> Response:
        """Go live."""
        asked = checked(serializers.SpaceStartSerializer, request)
        space = space_made(host=signed_in_user(request), asked=asked)
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
        description=(
            "Host and co-hosts. Who may speak counts at once: requests it does not allow are cleared. What is announced can "
            "also be moved, with the codes of announcing it; 409 `schedule.not_scheduled` for that once it has started."
        ),
        tags=["control"],
        request=serializers.SpaceEditSerializer,
        responses=serializers.SpaceSerializer,
    )
    def patch(self, request: Request, space_id: UUID) -> Response:
        """What is left out stays."""
        asked = checked(serializers.SpaceEditSerializer, request)
        space = space_edited(space=self.space(request, space_id), by=signed_in_user(request), asked=asked)
        return Response(serializers.SpaceSerializer(selectors.space_card(space)).data)


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
        blocked = selectors.blocked_on_stage([UUID(row["space"]) for row in rows], viewer=request.user)
        for row in rows:
            row["blocked_on_stage"] = blocked.get(UUID(row["space"]), [])
        return Response(serializers.BubbleSerializer(rows, many=True).data)
