"""Who may sign in, and who may host, is said by apps above as well: the gates of `SIGN_IN_GATES` and `HOSTING_GATES`.

A gate takes the person, and at the sign-in the time; it returns the error to refuse with, or None. They are asked in order.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_noop as _

from accounts.models import User
from spaces_project.lib.errors import SpacesError


class SignInRefused(SpacesError):
    """The password is right, and still this person does not get in: `reason` says why, `until` until when (None: for good),
    `url` is the path of the page on which they can object ("" without one)."""

    code = "account.refused"
    status = 403
    message = _("You cannot sign in to this account.")

    def __init__(
        self,
        message: str = "",
        *,
        code: str = "",
        reason: str = "",
        until: datetime | None = None,
        url: str = "",
    ) -> None:
        super().__init__(message, code=code)
        self.reason, self.until, self.url = reason, until, url

    def as_dict(self) -> dict[str, object]:
        """As every refusal, with what the person needs to know; `url` is a whole address."""
        url = f"{settings.SITE_URL}{self.url}" if self.url else ""
        until = self.until.isoformat() if self.until else None
        return super().as_dict() | {"reason": self.reason, "until": until, "url": url}


def sign_in_refusal(user: User, *, now: datetime) -> SpacesError | None:
    """Why `user` may not sign in now, whatever they know; None when they may."""
    return _first(settings.SIGN_IN_GATES, user, now)


def hosting_refusal(user: User) -> SpacesError | None:
    """Why `user` may not host, however many follow them; None when nothing is against it."""
    return _first(settings.HOSTING_GATES, user)


def _first(paths: Sequence[str], *asked: Any) -> SpacesError | None:
    for gate in _gates(tuple(paths)):
        refusal: SpacesError | None = gate(*asked)
        if refusal is not None:
            return refusal
    return None


@lru_cache(maxsize=8)
def _gates(paths: tuple[str, ...]) -> list[Any]:
    return [import_string(path) for path in paths]
