"""Feedback of one's own, the public list, and votes, over REST."""

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.permissions import AllowAny, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from feedback import selectors
from feedback.api import serializers
from feedback.models import PUBLIC, Feedback
from feedback.services import sending
from spaces_project.lib.api.input import checked
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of
from spaces_project.lib.errors import Invalid

# The list is kept by hand, and short; of what is shipped the latest are at its front.
_LISTED_MAX = 200


class FeedbackListView(APIView):
    """`/feedback/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="feedback_list",
        summary="List the feedback I have sent, newest first",
        tags=["feedback"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(serializers.FeedbackSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of it, with answers."""
        pages = NewestFirst()
        found: list[Feedback] = (
            pages.paginate_queryset(selectors.feedback_of(signed_in_user(request)), request, self) or []
        )
        return pages.get_paginated_response(serializers.FeedbackSerializer(found, many=True).data)

    @extend_schema(
        operation_id="feedback_create",
        summary="Say what is missing, broken or good",
        description="Staff read it; what they answer comes as a notification. 400 `invalid`; 429 `too_many`.",
        tags=["feedback"],
        request=serializers.FeedbackCreateSerializer,
        responses={201: serializers.FeedbackSerializer},
    )
    def post(self, request: Request) -> Response:
        """Send it."""
        user = signed_in_user(request)
        asked = checked(serializers.FeedbackCreateSerializer, request)
        sent = sending.feedback_send(author=user, now=timezone.now(), **asked)
        return Response(serializers.FeedbackSerializer(sent).data, status=status.HTTP_201_CREATED)


class FeedbackView(APIView):
    """`/feedback/{id}/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="feedback_retrieve",
        summary="See feedback of mine, and what was answered",
        description="404 `feedback.not_found`.",
        tags=["feedback"],
        responses=serializers.FeedbackSerializer,
    )
    def get(self, request: Request, feedback_id: int) -> Response:
        """One of my own."""
        found = selectors.own_feedback(signed_in_user(request), feedback_id)
        return Response(serializers.FeedbackSerializer(found).data)


class RoadmapView(APIView):
    """`/roadmap/`"""

    permission_classes = (AllowAny,)

    @extend_schema(
        operation_id="roadmap_list",
        summary="See what is planned, in work and shipped",
        description=(
            "What is in work first, then what is planned, each by votes; then what is shipped, the latest first. At most "
            f"{_LISTED_MAX}. 400 `invalid` for another state."
        ),
        tags=["feedback"],
        parameters=[
            OpenApiParameter("state", enum=[state.value for state in PUBLIC], description="Only these.")
        ],
        responses=serializers.RoadmapSerializer,
    )
    def get(self, request: Request) -> Response:
        """The list."""
        state = request.query_params.get("state", "")
        if state and state not in PUBLIC:
            raise Invalid(fields={"state": [_("There is no such state.")]})
        found = selectors.roadmap(request.user, state=state)[:_LISTED_MAX]
        return Response(serializers.RoadmapSerializer({"results": found}).data)


class VoteView(APIView):
    """`/roadmap/{id}/vote/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="roadmap_vote",
        summary="Vote for something on the list",
        description="Twice is once. 404 `roadmap.not_found`; 409 `roadmap.shipped`; 429 `too_many`.",
        tags=["feedback"],
        request=None,
        responses=serializers.RoadmapItemSerializer,
    )
    def put(self, request: Request, item_id: int) -> Response:
        """Vote."""
        item = sending.vote(user=signed_in_user(request), item_id=item_id, now=timezone.now())
        return Response(serializers.RoadmapItemSerializer(item).data)

    @extend_schema(
        operation_id="roadmap_vote_withdraw",
        summary="Take my vote back",
        description="404 `roadmap.not_found`; 429 `too_many`.",
        tags=["feedback"],
        responses=serializers.RoadmapItemSerializer,
    )
    def delete(self, request: Request, item_id: int) -> Response:
        """Take it back."""
        item = sending.vote_withdraw(user=signed_in_user(request), item_id=item_id, now=timezone.now())
        return Response(serializers.RoadmapItemSerializer(item).data)
