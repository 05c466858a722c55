"""Who asks."""

from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from accounts.models import User


def signed_in_user(request: Request) -> User:
    """Return the person who is signed in. Raises NotAuthenticated (401 `not_signed_in`) for a guest."""
    if not isinstance(request.user, User):
        raise NotAuthenticated()
    return request.user
