"""When a session was last used: to a few minutes, so that not every page that is read writes to the database."""

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.base import SessionBase

_KEY = "last_seen"
EVERY = timedelta(minutes=5)


def due(session: SessionBase, *, now: datetime) -> bool:
    """Whether the last use was noted more than `EVERY` ago; notes it then.

    The caller saves the session, which also puts its expiry off: whoever comes back in time stays signed in.
    """
    last = session.get(_KEY, 0)
    if isinstance(last, int) and now.timestamp() - last < EVERY.total_seconds():
        return False
    session[_KEY] = int(now.timestamp())
    return True


def seen(session: SessionBase, *, now: datetime) -> None:
    """Show in the list of sessions that this one is used."""
    UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=now)
