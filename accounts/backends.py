"""Who a session belongs to (`AUTHENTICATION_BACKENDS`): nobody, while its person is suspended.

Suspending somebody ends their sessions; this makes those worthless as well that were begun at the same moment, and everything
that is read from a session: cookies, tokens of apps, socket tickets. Passwords are checked as ever: who has the right one is
told why they do not get in (accounts.adapter).
"""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend

from accounts.models import User


class _NotSuspended(ModelBackend):
    """Knows the suspended by the row that is read anyway."""

    def get_user(self, user_id: Any) -> User | None:
        """The person of a session; None for the inactive and the suspended."""
        return _unless_suspended(super().get_user(user_id))

    async def aget_user(self, user_id: Any) -> User | None:
        """As `get_user`."""
        return _unless_suspended(await super().aget_user(user_id))


class HandleBackend(_NotSuspended):
    """Django's own: by handle and password, and permissions."""


class EntranceBackend(_NotSuspended, AuthenticationBackend):
    """allauth's own: by handle or e-mail address."""


def _unless_suspended(user: Any) -> User | None:
    return None if user is None or user.is_suspended else user
