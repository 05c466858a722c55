"""Reporting over REST."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.serializers import PersonSerializer
from accounts.api.signed_in import signed_in_user
from accounts.selectors import person_card
from moderation.models import Case, Category, Report, SubjectKind
from moderation.selectors.reports import reports_of
from moderation.services.reports import report_create
from spaces_project.lib.api.input import checked
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of


class ReportSerializer(serializers.Serializer[Any]):
    """A report of mine."""

    id = serializers.CharField()
    kind = serializers.ChoiceField(SubjectKind.choices)
    subject_id = serializers.CharField(
        help_text="What was reported: the id of the Space, person, message or post."
    )
    person = PersonSerializer(
        allow_null=True, help_text="Whom it is about; null for an account that is gone."
    )
    category = serializers.ChoiceField(Category.choices)
    words = serializers.CharField()
    created_at = serializers.DateTimeField()
    decided = serializers.BooleanField(
        help_text="Whether staff have looked at it. What they did is not told."
    )


class ReportCreateSerializer(serializers.Serializer[Any]):
    """What to report, and why. The service checks it; here only its kind."""

    kind = serializers.ChoiceField(SubjectKind.choices)
    id = serializers.CharField(max_length=40, help_text="The id of the Space, person, message or post.")
    category = serializers.ChoiceField(Category.choices)
    words = serializers.CharField(max_length=5000, trim_whitespace=False, allow_blank=True, default="")


class ReportsView(APIView):
    """`/reports/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="reports_list",
        summary="List what I have reported, newest first",
        tags=["safety"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(ReportSerializer),
    )
    def get(self, request: Request) -> Response:
        """A page of my reports."""
        pages = NewestFirst()
        found: list[Report] = (
            pages.paginate_queryset(reports_of(signed_in_user(request)), request, self) or []
        )
        return pages.get_paginated_response([_row(report) for report in found])

    @extend_schema(
        operation_id="reports_create",
        summary="Report a Space, a person, a message, a post, a replay or a clip",
        description=(
            "Only what you can see; an ended Space is a `space`, what can be heard of it a `replay` of the same id. "
            "Reporting the same thing again, while it is not decided, changes your category and words. The server keeps "
            "what is there at that moment for staff. 400 `report.self`, `report.too_long`; 404 `report.not_found`; 429 "
            "`too_many` with `Retry-After`."
        ),
        tags=["safety"],
        request=ReportCreateSerializer,
        responses={201: ReportSerializer},
    )
    def post(self, request: Request) -> Response:
        """Report it."""
        asked = checked(ReportCreateSerializer, request)
        report = report_create(
            reporter=signed_in_user(request),
            subject_kind=asked["kind"],
            subject_id=asked["id"],
            category=asked["category"],
            words=asked["words"],
            now=timezone.now(),
        )
        return Response(_row(report), status=status.HTTP_201_CREATED)


def _row(report: Report) -> Any:
    case = report.case
    return ReportSerializer(
        {
            "id": str(report.pk),
            "kind": case.subject_kind,
            "subject_id": case.subject_id,
            "person": person_card(case.person) if case.person else None,
            "category": report.category,
            "words": report.words,
            "created_at": report.created_at,
            "decided": case.state == Case.State.CLOSED,
        }
    ).data
