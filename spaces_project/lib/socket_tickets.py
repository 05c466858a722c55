"""One-time tickets with which apps open the websocket: a browser sends its cookie, an app cannot (docs/protocol.md)."""

import logging
import secrets
from datetime import datetime, timedelta
from importlib import import_module

import orjson
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from redis import RedisError

from spaces_project.lib.errors import SpacesError
from spaces_project.lib.redis_client import redis_client

logger = logging.getLogger(__name__)

_BYTES = 32
_LENGTH = 43  # of so many bytes in base64 without padding


class TicketsUnavailable(SpacesError):
    """Redis does not answer."""

    code = "unavailable"
    status = 503
    message = _("Live updates are not available right now. Try again in a moment.")


def issue(user: AbstractBaseUser, *, session_key: str) -> tuple[str, datetime]:
    """Return a ticket for `user` and when it expires: once used, after `SOCKET_TICKET_SECONDS`, or with its session.

    `session_key` names the session it is asked with. Raises TicketsUnavailable.
    """
    ticket = secrets.token_urlsafe(_BYTES)
    lifetime = timedelta(seconds=settings.SOCKET_TICKET_SECONDS)
    held = orjson.dumps({"user": user.pk, "session": session_key})
    expires_at = timezone.now() + lifetime
    try:
        redis_client().set(_key(ticket), held, ex=lifetime)
    except RedisError as error:
        raise TicketsUnavailable() from error
    return ticket, expires_at


def redeem(ticket: str) -> int | None:
    """Return the id of the user a ticket is for, and make it worthless; None for one that is wrong, used or too old.

    Of any number of calls with one ticket a single one gets the id (GETDEL). None also when the session it was asked
    with has ended in between. Blocking: async code calls it by `database_sync_to_async`.
    """
    if len(ticket) != _LENGTH or not ticket.isascii():
        return None
    try:
        held = redis_client().getdel(_key(ticket))
    except RedisError as error:
        logger.warning("Could not look a socket ticket up: %s", error)
        return None
    if not held:
        return None
    found = orjson.loads(held)
    user_id: int = found["user"]
    return user_id if _user_of_session(found["session"]) == user_id else None


def _user_of_session(session_key: str) -> int | None:
    """The id of whoever a session belongs to, by Django's own rules (expiry, password, active)."""
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return get_user(request).pk


def _key(ticket: str) -> str:
    return f"spaces:socket-ticket:{ticket}"
