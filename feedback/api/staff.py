"""The queue of feedback and the list, for staff, over REST."""

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from feedback.api import serializers
from feedback.models import Feedback, FeedbackState, Kind
from feedback.selectors import any_feedback, any_item, queue
from feedback.services import desk
from moderation.api.staff import staff_user
from moderation.permissions import Right
from spaces_project.lib.api.input import checked
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of

_STAFF = "For staff with the right `feedback`: 403 `staff.not_allowed`, `staff.second_factor`. "


class QueueView(APIView):
    """`/staff/feedback/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="staff_feedback_list",
        summary="Read what people say, newest first (staff)",
        description=_STAFF,
        tags=["staff"],
        parameters=[
            OpenApiParameter("state", enum=FeedbackState.values, description="Only these."),
            OpenApiParameter("kind", enum=Kind.values, description="Only these."),
            *PAGE_PARAMETERS,
        ],
        responses=page_of(serializers.StaffFeedbackSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of the queue."""
        staff_user(request, Right.FEEDBACK)
        pages = NewestFirst()
        found = queue(state=request.query_params.get("state", ""), kind=request.query_params.get("kind", ""))
        page: list[Feedback] = pages.paginate_queryset(found, request, self) or []
        return pages.get_paginated_response([serializers.staff_row(one) for one in page])


class AnswerView(APIView):
    """`/staff/feedback/{id}/answer/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="staff_feedback_answer",
        summary="Answer feedback, and say how far it is (staff)",
        description=_STAFF + "400 `invalid`; 404 `feedback.not_found`.",
        tags=["staff"],
        request=serializers.AnswerSerializer,
        responses=serializers.StaffFeedbackSerializer,
    )
    def post(self, request: Request, feedback_id: int) -> Response:
        """Answer it; its author is told."""
        by = staff_user(request, Right.FEEDBACK)
        feedback = any_feedback(feedback_id)
        asked = checked(serializers.AnswerSerializer, request)
        answered = desk.feedback_answer(feedback=feedback, by=by, now=timezone.now(), **asked)
        return Response(serializers.staff_row(answered))


class ItemsView(APIView):
    """`/staff/roadmap/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="staff_roadmap_create",
        summary="Put something on the list (staff)",
        description=_STAFF + "400 `invalid`.",
        tags=["staff"],
        request=serializers.ItemCreateSerializer,
        responses={201: serializers.RoadmapItemSerializer},
    )
    def post(self, request: Request) -> Response:
        """Put it there."""
        by = staff_user(request, Right.FEEDBACK)
        asked = checked(serializers.ItemCreateSerializer, request)
        item = desk.item_create(by=by, now=timezone.now(), **asked)
        shown = serializers.RoadmapItemSerializer(any_item(item.pk, by)).data
        return Response(shown, status=status.HTTP_201_CREATED)


class ItemView(APIView):
    """`/staff/roadmap/{id}/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="staff_roadmap_update",
        summary="Change something on the list, and how far it is (staff)",
        description=_STAFF
        + "Everybody who voted for it is told of a move. 400 `invalid`; 404 `roadmap.not_found`.",
        tags=["staff"],
        request=serializers.ItemEditSerializer,
        responses=serializers.RoadmapItemSerializer,
    )
    def patch(self, request: Request, item_id: int) -> Response:
        """Change it."""
        by = staff_user(request, Right.FEEDBACK)
        item = any_item(item_id, by)
        asked = checked(serializers.ItemEditSerializer, request)
        whole = {"title": item.title, "text": item.text, "state": item.state} | asked
        desk.item_edit(item=item, by=by, now=timezone.now(), **whole)
        return Response(serializers.RoadmapItemSerializer(any_item(item_id, by)).data)


class MergeView(APIView):
    """`/staff/roadmap/{id}/merge/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="staff_roadmap_merge",
        summary="Put feedback that says the same together in an item of the list (staff)",
        description=_STAFF + "Twice is once. 400 `invalid`; 404 `roadmap.not_found`.",
        tags=["staff"],
        request=serializers.MergeSerializer,
        responses=serializers.MergedSerializer,
    )
    def post(self, request: Request, item_id: int) -> Response:
        """Put it together; the authors are told."""
        by = staff_user(request, Right.FEEDBACK)
        item = any_item(item_id, by)
        asked = checked(serializers.MergeSerializer, request)
        merged = desk.feedback_merge(feedback_ids=asked["feedback"], item=item, by=by, now=timezone.now())
        return Response(serializers.MergedSerializer({"merged": merged}).data)
