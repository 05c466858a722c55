"""Every refusal of the API has one shape: `{"code", "message", "fields"}`."""

from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.csrf import csrf_exempt
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from spaces_project.lib.errors import Invalid, NotAllowed, NotFound, SpacesError, TooMany


class TooLarge(exceptions.APIException):
    """The body has more bytes than we read."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE


_CODES: dict[type[exceptions.APIException], tuple[str, str]] = {
    exceptions.NotAuthenticated: ("not_signed_in", gettext_noop("Sign in first.")),
    exceptions.AuthenticationFailed: (
        "not_signed_in",
        gettext_noop("This session has ended. Sign in again."),
    ),
    exceptions.PermissionDenied: (NotAllowed.code, NotAllowed.message),
    exceptions.NotFound: (NotFound.code, NotFound.message),
    exceptions.MethodNotAllowed: (
        "method_not_allowed",
        gettext_noop("This address does not take that method."),
    ),
    exceptions.ParseError: ("malformed", gettext_noop("The body cannot be read.")),
    exceptions.UnsupportedMediaType: (
        "unsupported_media_type",
        gettext_noop("The body is of a type that is not taken here."),
    ),
    exceptions.NotAcceptable: ("not_acceptable", gettext_noop("This API answers in JSON.")),
    exceptions.Throttled: ("too_many", gettext_noop("That was too often. Wait a moment.")),
    TooLarge: ("too_large", gettext_noop("The body is too large.")),
}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Translate what a view raised; None (a 500) for what nobody expected."""
    if isinstance(error, SpacesError):
        headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else None
        return Response(error.as_dict(), status=error.status, headers=headers)
    if isinstance(error, Http404):
        error = exceptions.NotFound()
    elif isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    elif isinstance(error, RequestDataTooBig):
        error = TooLarge()
    elif isinstance(error, SuspiciousOperation):
        # Django's word for a request that was made by hand: too many fields or files, a bad multipart name …
        error = exceptions.ParseError()
    # DRF's own keeps the headers: WWW-Authenticate, Retry-After.
    response = drf_exception_handler(error, context)
    if response is not None:
        response.data = _body(error)
    return response


def _body(error: Exception) -> dict[str, object]:
    if isinstance(error, exceptions.ValidationError):
        return Invalid(fields=_fields(error.detail)).as_dict()
    if isinstance(error, exceptions.PermissionDenied) and str(error.detail).startswith("CSRF Failed"):
        return SpacesError(str(error.detail), code="csrf").as_dict()
    for kind in type(error).__mro__:
        if kind in _CODES:
            code, message = _CODES[kind]
            return SpacesError(message, code=code).as_dict()
    return SpacesError().as_dict()


def _fields(detail: Any, prefix: str = "") -> dict[str, list[str]]:
    """Flatten DRF's nested details: `{"topics.0": ["…"]}`; what concerns no field is under `non_field_errors`."""
    if isinstance(detail, dict):
        found: dict[str, list[str]] = {}
        for name, inner in detail.items():
            found |= _fields(inner, f"{prefix}.{name}" if prefix else str(name))
        return found
    if isinstance(detail, list) and any(isinstance(item, dict) for item in detail):
        found = {}
        for index, inner in enumerate(detail):
            found |= _fields(inner, f"{prefix}.{index}" if prefix else str(index))
        return found
    texts = [str(item) for item in detail] if isinstance(detail, list) else [str(detail)]
    return {prefix or "non_field_errors": texts} if texts else {}


@csrf_exempt
def unknown_address(request: HttpRequest, path: str = "") -> JsonResponse:
    """Answer for every address under /api/ that is none: JSON like all refusals, and not the site's page."""
    message = _("There is nothing at this address.")
    if path and not path.endswith("/"):
        message += _(" Addresses end with a slash.")
    return JsonResponse(NotFound(message).as_dict(), status=NotFound.status)
