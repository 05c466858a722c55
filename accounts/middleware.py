"""What stands between a request and allauth: language, sessions, bodies it cannot read, how often one signs in."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from spaces_project.lib import limits, session_activity
from spaces_project.lib.errors import TooMany
from spaces_project.lib.languages import is_language
from spaces_project.lib.pages import refusal


class LanguageMiddleware(LocaleMiddleware):
    """As Django's, but what somebody chose for their account goes before the cookie and `Accept-Language`."""

    def process_request(self, request: HttpRequest) -> None:
        """Speak the language of whoever asks."""
        super().process_request(request)
        # Without a session there is nobody to look for; and whoever reads `user` makes the answer vary by cookie.
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return
        chosen = getattr(request.user, "language", "")
        if is_language(chosen):
            translation.activate(chosen)
            request.LANGUAGE_CODE = chosen


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
                error = {"message": _("The body cannot be read."), "code": "malformed"}
                return JsonResponse({"status": 400, "errors": [error]}, status=400)
        return self.get_response(request)


class SignInLimitMiddleware:
    """Counts who signs in or up by page or app, and says 429 as everywhere.

    allauth's own count is off for these: what comes at once may wait in vain for its turn there, and nobody is told how long.
    """

    _COUNTED: Mapping[str, str] = {
        "account_login": "sign_in",
        "mfa_authenticate": "sign_in",
        "mfa_login_webauthn": "sign_in",
        "headless:app:account:login": "sign_in",
        "headless:app:mfa:authenticate": "sign_in",
        "headless:app:mfa:login_webauthn": "sign_in",
        "account_signup": "sign_up",
        "headless:app:account:signup": "sign_up",
    }

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Go on; the view is known only later."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Sequence[Any], kwargs: Mapping[str, Any]
    ) -> HttpResponse | None:
        """Refuse, or go on."""
        name = request.resolver_match.view_name if request.resolver_match else ""
        action = self._COUNTED.get(name)
        if action is None or request.method != "POST":
            return None
        try:
            limits.require(action, now=timezone.now())
        except TooMany as error:
            if name.startswith("headless:"):
                answer = {"message": error.message, "code": error.code}
                return JsonResponse({"status": error.status, "errors": [answer]}, status=error.status)
            return refusal(request, error)
        return None
