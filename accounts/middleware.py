"""What stands between a request and allauth: the list of sessions, and bodies that its API could not read."""

from collections.abc import Callable

import orjson
from allauth.usersessions.models import UserSession
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from spaces_project.lib import session_activity


class SessionActivityMiddleware:
    """In place of allauth's, which writes on every request: notes address, device and time once in a few minutes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Note the session, if it is somebody's and it is time."""
        session = request.session
        used = session.session_key and request.user.is_authenticated
        if used and session_activity.due(session, now=timezone.now()):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)


class AppBodyMiddleware:
    """Refuses JSON to allauth's API that Python's json reads and nothing after it can take.

    Lone surrogates break the database and the hasher, deep nesting ends in a RecursionError: 500s both.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the shape of that API, or go on."""
        if request.path.startswith("/_allauth/") and request.body:
            try:
                orjson.loads(request.body)
            except orjson.JSONDecodeError:
                error = {"message": "The body cannot be read.", "code": "malformed"}
                return JsonResponse({"status": 400, "errors": [error]}, status=400)
        return self.get_response(request)
