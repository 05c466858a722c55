"""How operations appear in the OpenAPI description: every one names its refusals."""

from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

PAGE_PARAMETERS = [
    OpenApiParameter("cursor", description="From `next` or `previous` of an earlier page."),
    OpenApiParameter("limit", int, description="Rows a page: 1 to 100, 20 if it is left out."),
]
NAMED = OpenApiParameter("q", description="Only those with it in their handle or name, whatever its case.")


class ErrorSerializer(serializers.Serializer[Any]):
    """What every refusal looks like."""

    code = serializers.CharField(help_text="Stable; meant for programs.")
    message = serializers.CharField(help_text="A sentence for the person.")
    fields = serializers.DictField(  # type: ignore[assignment]  # the name is the API's
        child=serializers.ListField(child=serializers.CharField()),
        help_text="Input name → what is wrong with it.",
    )


@cache
def page_of(row: type[serializers.BaseSerializer[Any]]) -> serializers.Serializer[Any]:
    """The answer of an operation that gives cursor pages (pagination.NewestFirst) of such rows."""
    return inline_serializer(
        f"{row.__name__.removesuffix('Serializer')}Page",
        {
            "next": serializers.URLField(
                allow_null=True, help_text="The page after this one, if there is one."
            ),
            "previous": serializers.URLField(allow_null=True, help_text="The page before this one."),
            "results": row(many=True),
        },
    )


class Schema(AutoSchema):
    """Adds the refusals that every operation can answer with; the codes of its own stand in its description."""

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """The operation, with 400, 401 and 404 where they can happen, and one word for all others."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        refusals = {"4XX": "Refused; `code` says why."}
        takes = [parameter["in"] for parameter in operation.get("parameters", [])]
        if "requestBody" in operation or "query" in takes:
            refusals["400"] = "`invalid` (see `fields`), `malformed`, or a code of this operation."
        if {} not in operation.get("security", [{}]):
            refusals["401"] = "`not_signed_in`."
        if "path" in takes:
            refusals["404"] = "`not_found`."
        body = {"application/json": {"schema": self.resolve_serializer(ErrorSerializer(), "response").ref}}
        for status, description in sorted(refusals.items()):
            operation["responses"].setdefault(status, {"description": description, "content": body})
        return operation


class AppTokenScheme(OpenApiAuthenticationExtension):
    """Tells the description how apps sign in."""

    target_class = "spaces_project.lib.api.authentication.AppTokenAuthentication"
    name = "appToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        """OpenAPI's words for the header."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "X-Session-Token",
            "description": "`meta.session_token` of a sign-in at `/_allauth/app/v1/auth/login`.",
        }
