"""Asking to speak over REST, and the answers."""

from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.signed_in import signed_in_user
from accounts.selectors import user_by_handle
from rooms import selectors
from rooms.api import serializers
from rooms.api.base import SpaceView, checked
from rooms.models import SpeakRequest
from rooms.services import requests
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of


class FirstCome(NewestFirst):
    """The queue: first come, first shown."""

    ordering = ("asked_at", "pk")
    page_size = 50


class SpaceRequestsView(SpaceView):
    """`/spaces/{id}/requests/`"""

    @extend_schema(
        operation_id="stage_requests",
        summary="List who asks to speak, first come first",
        description="For host and co-hosts (403 `space.not_moderator`).",
        tags=["stage"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(serializers.QueuedRequestSerializer),
    )
    def get(self, request: Request, space_id: UUID) -> Response:
        """A page of the queue."""
        space = self.space(request, space_id)
        mine = selectors.participation_of(space=space, user=signed_in_user(request))
        pages = FirstCome()
        found = selectors.queue_for(space=space, by=mine)
        page: list[SpeakRequest] = pages.paginate_queryset(found, request, self) or []
        rows = [selectors.request_card(one) for one in page]
        return pages.get_paginated_response(serializers.QueuedRequestSerializer(rows, many=True).data)

    @extend_schema(
        operation_id="stage_request",
        summary="Ask to speak",
        description=(
            "Who asks already keeps their place and their pitch. 403 `stage.requests_closed`, "
            "`stage.already_on_stage`; 409 `space.not_joined`, `recording.consent_missing`."
        ),
        tags=["stage"],
        request=serializers.RequestSerializer,
        responses=serializers.MyRequestSerializer,
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Ask to speak."""
        asked = checked(serializers.RequestSerializer, request)
        found = requests.stage_request(
            space=self.space(request, space_id),
            user=signed_in_user(request),
            **asked,
            now=timezone.now(),
        )
        return Response(serializers.MyRequestSerializer(selectors.my_request_card(found)).data)

    @extend_schema(
        operation_id="stage_requests_clear",
        summary="Say no to all who ask",
        tags=["stage"],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, space_id: UUID) -> Response:
        """Say no to all who ask."""
        requests.stage_requests_clear(
            space=self.space(request, space_id),
            by=signed_in_user(request),
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class MyRequestView(SpaceView):
    """`/spaces/{id}/requests/mine/`"""

    @extend_schema(
        operation_id="stage_request_withdraw",
        summary="Ask no longer",
        tags=["stage"],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, space_id: UUID) -> Response:
        """Ask no longer."""
        requests.stage_request_withdraw(
            space=self.space(request, space_id),
            user=signed_in_user(request),
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class RequestAcceptView(SpaceView):
    """`/spaces/{id}/requests/{handle}/accept/`"""

    @extend_schema(
        operation_id="stage_request_accept",
        summary="Put somebody who asks on stage",
        description=("409 `stage.no_request`, `stage.full`, `space.not_in_room`."),
        tags=["stage"],
        request=None,
        responses=serializers.RoleSerializer,
    )
    def post(self, request: Request, space_id: UUID, handle: str) -> Response:
        """Put somebody who asks on stage."""
        found = requests.stage_request_accept(
            space=self.space(request, space_id),
            by=signed_in_user(request),
            user=user_by_handle(handle),
            now=timezone.now(),
        )
        return Response({"role": found.role})


class RequestDeclineView(SpaceView):
    """`/spaces/{id}/requests/{handle}/decline/`"""

    @extend_schema(
        operation_id="stage_request_decline",
        summary="Say no to somebody who asks",
        description=("409 `stage.no_request`, `space.not_in_room`."),
        tags=["stage"],
        request=None,
        responses={204: None},
    )
    def post(self, request: Request, space_id: UUID, handle: str) -> Response:
        """Say no to somebody who asks."""
        requests.stage_request_decline(
            space=self.space(request, space_id),
            by=signed_in_user(request),
            user=user_by_handle(handle),
            now=timezone.now(),
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
