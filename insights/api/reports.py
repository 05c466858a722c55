"""What clients tell of bubbles and joins, so that it is known whether people get to the sound."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from insights.services.reports import bubbles_seen, join_report
from rooms.api.base import SpaceView
from rooms.models import CameFrom
from spaces_project.lib.api.input import checked


class BubblesSeenSerializer(serializers.Serializer[Any]):
    """What was on a screen."""

    spaces = serializers.ListField(
        child=serializers.UUIDField(), max_length=settings.INSIGHTS_BUBBLES_MAX, help_text="Ids of Spaces."
    )


class JoinReportSerializer(serializers.Serializer[Any]):
    """What became of a tap."""

    came_from = serializers.ChoiceField(CameFrom.choices, default=CameFrom.OTHER)
    joined_ms = serializers.IntegerField(
        min_value=0,
        max_value=settings.INSIGHTS_JOIN_MS_MAX,
        allow_null=True,
        default=None,
        help_text="Milliseconds from the tap to the answer of the join; null: was not let in, or gave up.",
    )
    sound_ms = serializers.IntegerField(
        min_value=0,
        max_value=settings.INSIGHTS_JOIN_MS_MAX,
        allow_null=True,
        default=None,
        help_text="Milliseconds from the tap to the first sound; null: none was heard.",
    )
    guest_token = serializers.CharField(
        max_length=400, default="", allow_blank=True, help_text="Of `spaces_guest_join`, from guests."
    )


class BubblesSeenView(APIView):
    """`/bubbles/seen/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="bubbles_seen",
        summary="Tell that bubbles were on the screen",
        description=(
            "Once for each Space and day is enough; more often it counts once. Only for figures: nothing is kept that leads to "
            "a person after the day. 429 `too_many`."
        ),
        tags=["insights"],
        request=BubblesSeenSerializer,
        responses={204: None},
    )
    def post(self, request: Request) -> Response:
        """Count them."""
        user = signed_in_user(request)
        asked = checked(BubblesSeenSerializer, request)
        bubbles_seen(user=user, space_ids=asked["spaces"], now=timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


class JoinReportView(SpaceView):
    """`/spaces/{id}/join-report/`"""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="spaces_join_report",
        summary="Tell how long a join took until there was sound",
        description=(
            "One for each join, once the first sound was heard or it is given up; the times count from the tap. 400 "
            "`join_report.invalid` for times that cannot be, `guest.token_invalid`; 409 `space.not_joined` for whoever was "
            "never in; 429 `too_many`."
        ),
        tags=["insights"],
        request=JoinReportSerializer,
        responses={204: None},
    )
    def post(self, request: Request, space_id: UUID) -> Response:
        """Count it."""
        space = self.space(request, space_id)
        asked = checked(JoinReportSerializer, request)
        join_report(space=space, user=request.user, now=timezone.now(), **asked)
        return Response(status=status.HTTP_204_NO_CONTENT)
