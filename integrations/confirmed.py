"""Whether whoever asks has shown a moment ago that it is them: a session left open is not enough to make what outlives it."""

from datetime import datetime

from allauth.account import app_settings
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase

from integrations.errors import NotConfirmed


def must_be_confirmed(session: SessionBase, *, now: datetime) -> None:
    """Raise NotConfirmed unless the session was opened, or confirmed, within allauth's `ACCOUNT_REAUTHENTICATION_TIMEOUT`."""
    methods = session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    last = max((float(one["at"]) for one in methods), default=0.0)
    if now.timestamp() - last > app_settings.REAUTHENTICATION_TIMEOUT:
        raise NotConfirmed()
