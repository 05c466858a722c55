"""Files with one's own data, over REST."""

from typing import Any

from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.signed_in import signed_in_user
from own_data.models import DataExport
from own_data.selectors import export_of, exports_of, is_there
from own_data.services.exports import export_ask
from own_data.serving import export_served
from spaces_project.lib.api.pagination import NewestFirst
from spaces_project.lib.api.schema import PAGE_PARAMETERS, page_of


class DataExportSerializer(serializers.Serializer[Any]):
    """A file with all that is kept about me."""

    id = serializers.CharField()
    state = serializers.ChoiceField(DataExport.State.choices)
    progress = serializers.IntegerField(help_text="Percent, while it is made.")
    size_bytes = serializers.IntegerField()
    asked_at = serializers.DateTimeField()
    ready_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True, help_text="Then the file is deleted.")
    url = serializers.CharField(help_text='Where the file is, on this site; "" where there is none.')


class ExportsView(APIView):
    """`/me/exports/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="exports_list",
        summary="List the files with my data, newest first",
        tags=["me"],
        parameters=PAGE_PARAMETERS,
        responses=page_of(DataExportSerializer),
    )
    def get(self, request: Request) -> Response:
        """Also those that are being made, and those that are deleted."""
        pages = NewestFirst()
        found: list[DataExport] = (
            pages.paginate_queryset(exports_of(signed_in_user(request)), request, self) or []
        )
        return pages.get_paginated_response([_card(one) for one in found])

    @extend_schema(
        operation_id="exports_create",
        summary="Ask for a file with all that is kept about me",
        description=(
            "A worker makes it: ask for it again until its state is `ready`; you get an e-mail, too. A file from before is "
            "deleted. 409 `export.running` (one at a time); 429 `too_many` (twice a day)."
        ),
        tags=["me"],
        request=None,
        responses={202: DataExportSerializer},
    )
    def post(self, request: Request) -> Response:
        """Begin."""
        export = export_ask(user=signed_in_user(request), now=timezone.now())
        return Response(_card(export), status=status.HTTP_202_ACCEPTED)


class ExportView(APIView):
    """`/me/exports/<id>/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="exports_get",
        summary="See how far a file with my data is",
        description="404 `export.not_found`.",
        tags=["me"],
        responses=DataExportSerializer,
    )
    def get(self, request: Request, export_id: int) -> Response:
        """One of mine."""
        return Response(_card(export_of(signed_in_user(request), export_id)))


class ExportFileView(APIView):
    """`/me/exports/<id>/file/`"""

    permission_classes = (IsAuthenticated,)

    @extend_schema(
        operation_id="exports_file",
        summary="Get a file with my data",
        description=(
            "A zip: a JSON for each part, and my pictures and recordings. Ranges work. 404 `export.not_found`, also when its "
            "days are over; 409 `export.not_ready`."
        ),
        tags=["me"],
        responses={(200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY)},
    )
    def get(self, request: Request, export_id: int) -> HttpResponseBase:
        """Its bytes."""
        export = export_of(signed_in_user(request), export_id)
        return export_served(request._request, export, now=timezone.now())


def _card(export: DataExport) -> dict[str, Any]:
    there = is_there(export, now=timezone.now())
    return {
        "id": str(export.pk),
        "state": export.state,
        "progress": export.progress,
        "size_bytes": export.size_bytes,
        "asked_at": export.asked_at,
        "ready_at": export.ready_at,
        "expires_at": export.expires_at,
        "url": reverse("api-me-export-file", args=[export.pk]) if there else "",
    }
