"""Where sessions are kept: Django's table, asked only for keys that Django could have made (SESSION_ENGINE)."""

import re

from django.contrib.sessions.backends import db

_KEY = re.compile(r"\A[a-z0-9]{8,40}\Z")


class SessionStore(db.SessionStore):
    """A cookie or token may hold anything, and PostgreSQL refuses a NUL even in a question: that would be a 500."""

    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and _KEY.search(key) is not None

    def exists(self, session_key: str) -> bool:
        """Whether there is such a session."""
        return self._validate_session_key(session_key) and super().exists(session_key)
