"""How operations appear in the OpenAPI description: every one names its refusals."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

from spaces_project.lib.api.deprecation import notice_of
from spaces_project.lib.api.refusals import refusals_in, refusals_of

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


# Refusals that many operations share, by status; `#/components/responses/…` in the description.
SHARED = {
    401: ("NotSignedIn", "not_signed_in", "Nobody is signed in, or the token is no longer good."),
    406: ("NotAcceptable", "not_acceptable", "This API answers in JSON."),
    413: ("TooLarge", "too_large", "The body is too large."),
    415: ("UnsupportedMediaType", "unsupported_media_type", "The body is of a type that is not taken here."),
    429: ("TooMany", "too_many", "That was too often. Wait 20 seconds."),
}
# Where the sentence is made while running.
_UNSAID = "Its message says why."
_RETRY_AFTER = {"Retry-After": {"description": "How many seconds to wait.", "schema": {"type": "integer"}}}


class Schema(AutoSchema):
    """Adds the refusals that an operation can answer with, each with its stable codes (refusals.py)."""

    def is_deprecated(self) -> bool:
        """Whether it is marked as going (deprecation.py)."""
        return notice_of(self.view, self.method) is not None

    def get_operation(self, *args: Any, **kwargs: Any) -> dict[str, Any] | None:
        """The operation, with the refusals of its own code, and those that come before any code of its own."""
        operation: dict[str, Any] | None = super().get_operation(*args, **kwargs)
        if operation is None:
            return None
        method = self.method.lower()
        codes: dict[int, dict[str, str]] = {}
        for (status, code), message in refusals_of(type(self.view), method).items():
            codes.setdefault(status, {})[code] = message
        for status, code in refusals_in(operation.get("description", "")):
            codes.setdefault(status, {}).setdefault(code, "")
        for status, code, message in _before_all(operation, method):
            codes.setdefault(status, {}).setdefault(code, message)
        if method == "get":
            operation["responses"]["304"] = {"$ref": "#/components/responses/NotModified"}
        self.resolve_serializer(ErrorSerializer(), "response")
        for status in sorted(codes):
            shared = status in SHARED and set(codes[status]) == {SHARED[status][1]}
            operation["responses"][str(status)] = (
                {"$ref": f"#/components/responses/{SHARED[status][0]}"} if shared else _refusal(codes[status])
            )
        return operation


def _before_all(operation: dict[str, Any], method: str) -> Iterator[tuple[int, str, str]]:
    """What DRF, sign-in and limits refuse before a view is asked."""
    takes = [parameter["in"] for parameter in operation.get("parameters", [])]
    named = {parameter["name"] for parameter in operation.get("parameters", [])}
    has_body = "requestBody" in operation
    for status, (_, code, message) in SHARED.items():
        if has_body or status not in (413, 415):
            yield status, code, message
    yield 403, "token.scope", "This token may not do that."
    if method != "get":
        yield 403, "csrf", "CSRF Failed."
    if has_body or "query" in takes:
        yield 400, "invalid", "Please check what you entered."
    if "cursor" in named:
        yield 400, "cursor.invalid", "This cursor is not one of this list."
    if has_body:
        yield 400, "malformed", "The body cannot be read."
    if "path" in takes:
        yield 404, "not_found", "There is nothing here."


def _refusal(codes: dict[str, str]) -> dict[str, Any]:
    """A response with one of these codes; the first is the example."""
    named = sorted(codes, key=lambda code: ("." not in code, code))
    of = {"type": "object", "properties": {"code": {"type": "string", "enum": named}}}
    example = {"code": named[0], "message": codes[named[0]] or _UNSAID, "fields": {}}
    return {
        "description": "\n".join(f"`{code}`: {codes[code] or _UNSAID}" for code in named),
        "content": {
            "application/json": {
                "schema": {"allOf": [{"$ref": "#/components/schemas/Error"}, of]},
                "example": example,
            }
        },
    }


def add_shared_refusals(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Hook of drf-spectacular: writes what `SHARED` names once for all operations."""
    result["components"]["responses"] = {
        name: _refusal({code: message}) | ({"headers": _RETRY_AFTER} if status == 429 else {})
        for status, (name, code, message) in SHARED.items()
    }
    result["components"]["responses"]["NotModified"] = {
        "description": "What was sent in `If-None-Match` (the `ETag` of an earlier answer) is still so.",
        "headers": {"ETag": {"description": "As it was.", "schema": {"type": "string"}}},
    }
    return result


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
