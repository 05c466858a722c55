"""What hosts learn of their Spaces, over REST."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from insights.api import serializers
from insights.selectors import hosting
from rooms.models import Space
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of


class HostInsightsView(APIView):
    """`/insights/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="insights_retrieve",
        summary="See how my Spaces are doing",
        description="Those that I host; a Space counts from about a minute after its end.",
        tags=["insights"],
        responses=serializers.HostOverviewSerializer,
    )
    def get(self, request: Request) -> Response:
        """The last 28 days, and those before."""
        found = hosting.host_overview(signed_in_user(request), now=timezone.now())
        shown = {
            "spaces": found.spaces,
            "spaces_before": found.spaces_before,
            "figures": serializers.space_figures(found.figures),
            "before": serializers.space_figures(found.before),
        }
        return Response(serializers.HostOverviewSerializer(shown).data)


class InsightsSpacesView(APIView):
    """`/insights/spaces/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="insights_spaces_list",
        summary="List the Spaces I host or co-host with their figures, newest first",
        tags=["insights"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(serializers.InsightsSpaceSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of Spaces."""
        user, pages = signed_in_user(request), _NewestStarted()
        page: list[Space] = pages.paginate_queryset(hosting.spaces_with_insights(user), request, self) or []
        kept = hosting.figures_of_spaces([space.pk for space in page])
        rows = [
            {
                "id": space.pk,
                "title": space.title,
                "is_host": space.host_id == user.pk,
                "started_at": space.started_at,
                "ended_at": space.ended_at,
                "peak_listeners": space.peak_listeners,
                "figures": serializers.space_figures(kept[space.pk]) if space.pk in kept else None,
            }
            for space in page
        ]
        return pages.get_paginated_response(serializers.InsightsSpaceSerializer(rows, many=True).data)


class SpaceInsightsView(APIView):
    """`/spaces/{id}/insights/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="spaces_insights_retrieve",
        summary="See who came to a Space, from where, and for how long",
        description=(
            "For its host and co-hosts, also while it is live. 403 `space.not_moderator`, `space.removed`; 409 "
            "`insights.not_started`."
        ),
        tags=["insights"],
        responses=serializers.SpaceInsightsSerializer,
    )
    def get(self, request: Request, space_id: UUID) -> Response:
        """The figures."""
        user = signed_in_user(request)
        space = hosting.space_with_insights(user=user, space_id=space_id)
        found = hosting.space_insights(space, viewer=user, now=timezone.now())
        return Response(serializers.SpaceInsightsSerializer(_shown(found)).data)


class _NewestStarted(NewestFirst):
    ordering = "-pk"


def _shown(found: hosting.SpaceInsights) -> dict[str, Any]:
    space = found.space
    return {
        "id": space.pk,
        "title": space.title,
        "started_at": space.started_at,
        "ended_at": space.ended_at,
        "figures": serializers.space_figures(found.figures),
        "peak_listeners": found.peak,
        "minutes": [{"minute": minute, "listeners": listeners} for minute, listeners in found.minutes],
        "replays": found.replays,
        "clips": found.clips,
        "clip_plays": found.clip_plays,
        "earned": found.earned,
    }
