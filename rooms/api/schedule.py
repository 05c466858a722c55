"""Announced Spaces over REST: started, cancelled, listed. They are announced and edited where all Spaces are (`spaces`)."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers as fields
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from accounts.models import User
from rooms import selectors
from rooms.api import serializers
from rooms.api.base import SpaceView, checked
from rooms.errors import NotWaiting
from rooms.models import Space
from rooms.services import control, lifecycle, schedule
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of
from spaces_project.lib.errors import Invalid

# What can be said of an announced Space alone.
_AHEAD = ("scheduled_at", "time_zone", "fold", "cohosts", "series")
_AHEAD_EDITS = ("description", "language", "recording_wanted", "scheduled_at", "time_zone", "fold", "cohosts")


class ScheduledSpaceSerializer(serializers.SpaceSerializer):
    """An announced Space, as its host and co-hosts see it."""

    role = fields.ChoiceField(
        [("host", "Host"), ("cohost", "Co-host"), ("invited", "Invited to be a co-host")]
    )
    waiting = fields.IntegerField(help_text="How many asked to be reminded.")


def space_made(*, host: User, asked: dict[str, Any]) -> Space:
    """Start a Space now, or announce it where `scheduled_at` says for when. Raises what the services raise."""
    if asked.get("scheduled_at"):
        given = {name: value for name, value in asked.items() if value is not None}
        return schedule.space_schedule(host=host, now=timezone.now(), **given)
    if any(asked.get(name) for name in _AHEAD):
        raise Invalid(fields={"scheduled_at": [_("Say when it starts.")]})
    details = {name: value for name, value in asked.items() if name not in _AHEAD}
    return lifecycle.space_start(host=host, now=timezone.now(), **details)


def space_edited(*, space: Space, by: User, asked: dict[str, Any]) -> Space:
    """Change a live Space, or an announced one. Raises what the services raise."""
    if space.is_scheduled:
        return schedule.space_edit_scheduled(space=space, by=by, now=timezone.now(), **asked)
    if space.is_live and any(name in asked for name in _AHEAD_EDITS):
        raise NotWaiting(_("This Space has started: its time, description, language and co-hosts stay."))
    details = {name: value for name, value in asked.items() if name not in _AHEAD_EDITS}
    return control.space_edit(space=space, by=by, now=timezone.now(), **details)


class SpaceStartView(SpaceView):
    """`/spaces/{id}/start/`"""

    @extend_schema(
        operation_id="space_start",
        summary="Start an announced Space",
        description=(
            "The host alone (403 `space.not_host`), from 30 minutes before its time to 60 minutes after it: 409 "
            "`schedule.too_early`, 410 `space.ended`. 409 `space.already_live`. Done twice it is done once."
        ),
        tags=["schedule"],
        request=None,
        responses=serializers.SpaceSerializer,
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Go live."""
        space = lifecycle.space_start_scheduled(
            space=self.room(request, space_id), by=signed_in_user(request), now=timezone.now()
        )
        return Response(serializers.SpaceSerializer(selectors.space_card(space)).data)


class SpaceCancelView(SpaceView):
    """`/spaces/{id}/cancel/`"""

    @extend_schema(
        operation_id="space_cancel",
        summary="Cancel an announced Space",
        description=(
            "The host alone (403 `space.not_host`); 409 `schedule.not_scheduled` once it has started. Those who asked to "
            "be reminded are told. Done twice it is done once."
        ),
        tags=["schedule"],
        request=serializers.SpaceCancelSerializer,
        responses=serializers.SpaceSerializer,
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Call it off."""
        asked = checked(serializers.SpaceCancelSerializer, request)
        space = schedule.space_cancel(
            space=self.room(request, space_id), by=signed_in_user(request), now=timezone.now(), **asked
        )
        return Response(serializers.SpaceSerializer(selectors.space_card(space)).data)


class SpaceSeriesView(APIView):
    """`/space-series/{id}/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="space_series_cancel",
        summary="End a series, and cancel what it has announced",
        tags=["schedule"],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, series_id: int) -> Response:
        """Done twice it is done once."""
        schedule.series_cancel(series_id=series_id, by=signed_in_user(request), now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class MyScheduledView(APIView):
    """`/me/scheduled/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="me_scheduled",
        summary="List my announced Spaces, the soonest first",
        description="Those I host, those I am a co-host of, and those I am invited to as a co-host.",
        tags=["schedule"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(ScheduledSpaceSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of them."""
        user = signed_in_user(request)
        pages = NewestFirst()
        pages.ordering = ("scheduled_at", "id")
        page: list[Space] = pages.paginate_queryset(selectors.my_scheduled(user), request, self) or []
        rows = [
            selectors.space_card(space)
            | {"role": selectors.my_role_ahead(space, user), "waiting": space.reminder_count}
            for space in page
        ]
        return pages.get_paginated_response(ScheduledSpaceSerializer(rows, many=True).data)
