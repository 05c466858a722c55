"""How apps sign in: the session token of allauth headless, in the `X-Session-Token` header."""

from allauth.headless.contrib.rest_framework.authentication import XSessionTokenAuthentication
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.utils import timezone
from rest_framework import exceptions
from rest_framework.request import Request

from spaces_project.lib import session_activity
from spaces_project.lib.languages import speak_to_app


class AppTokenAuthentication(XSessionTokenAuthentication):
    """As allauth's, but a token that is sent and not valid is refused instead of passed over as a guest."""

    def authenticate(self, request: Request) -> tuple[object, SessionBase] | None:
        """Return (user, session), or None when no token was sent. Raises AuthenticationFailed on a bad one.

        Using a token puts its expiry off, as browsing does for a cookie.
        """
        if not self.get_session_token(request):
            return None
        found = super().authenticate(request)
        if found is None:
            raise exceptions.AuthenticationFailed()
        user, session = found
        speak_to_app(user, request.headers.get("Accept-Language"))
        now = timezone.now()
        if session_activity.due(session, now=now):
            try:
                session.save()
            except UpdateError:
                # Ended this very moment.
                raise exceptions.AuthenticationFailed() from None
            session_activity.seen(session, now=now)
        return user, session

    def authenticate_header(self, request: Request) -> str:
        """Makes DRF answer 401 rather than 403 to whoever is not signed in."""
        return "X-Session-Token"


def session_of(request: Request) -> SessionBase:
    """The session a signed-in request came with, by token or by cookie."""
    session: SessionBase = request.auth if isinstance(request.auth, SessionBase) else request.session
    return session


def session_key_of(request: Request) -> str:
    """The key of that session."""
    return session_of(request).session_key or ""
