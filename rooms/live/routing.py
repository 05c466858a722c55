"""The door of the websocket: who is it, and may they come in?

A connection that is refused is accepted first: a browser learns the close code of no other.
"""

import logging
from typing import Any
from urllib.parse import parse_qs

from channels.auth import AuthMiddlewareStack
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http.cookie import parse_cookie
from django.utils import timezone, translation

from accounts.models import User
from rooms.live.consumer import Client, Receive
from rooms.live.database import in_database
from rooms.live.origin import Scope, origin_is_ours
from rooms.live.protocol import Close
from rooms.live.wire import Send, code_every_close, wire_for
from spaces_project.lib import activity, limits, socket_tickets
from spaces_project.lib.caller import address_of
from spaces_project.lib.errors import TooMany
from spaces_project.lib.languages import accepted, is_language

logger = logging.getLogger(__name__)

PATH = "/ws/"


class Refused(Exception):
    """The connection is closed with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


async def websocket_application(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one websocket connection (ASGI)."""
    if (await receive())["type"] != "websocket.connect":
        return
    if scope["path"] != PATH:
        await send({"type": "websocket.close"})
        return
    code_every_close(send)
    await send({"type": "websocket.accept"})
    try:
        user = await who(scope)
        # For the task of this connection, and all that it starts.
        translation.activate(_language(scope, user))
        await _count(user, _address(scope))
    except Refused as refused:
        close(send, refused.code)
    except Exception:
        logger.exception("Could not tell who connects")
        close(send, Close.INTERNAL)
    else:
        await Client(send, user=user, address=_address(scope)).serve(receive)


def close(send: Send, code: int) -> None:
    """Close a connection that has just been accepted, by the wire: daphne's `send` will not say every code."""
    wire_for(send, lambda: None, lambda: None).close(code)


async def who(scope: Scope) -> User | AnonymousUser:
    """Who connects: by ticket (apps), else by session cookie (browsers), else nobody. Raises Refused.

    Without a ticket an Origin of ours is needed: a browser sends its cookies along from every page there is.
    """
    ours = origin_is_ours(scope)
    ticket = _ticket(scope)
    if ours is False or (ours is None and ticket is None):
        raise Refused(Close.BAD_ORIGIN)
    if ticket is None:
        return await _user_of_session(scope)
    user = await in_database(_user_of_ticket)(ticket)
    if user is None:
        raise Refused(Close.UNAUTHORIZED)
    return user


async def _count(user: User | AnonymousUser, address: str | None) -> None:
    """One more socket of this account and address. Raises Refused."""
    try:
        await in_database(_connected)(user if isinstance(user, User) else None, address)
    except TooMany:
        raise Refused(Close.TOO_MANY) from None


def _connected(account: User | None, address: str | None) -> None:
    now = timezone.now()
    limits.require("socket.connect", user=account, address=address, now=now)
    if account is not None:
        activity.seen([account.pk], now=now)


def _address(scope: Scope) -> str | None:
    """Where the client connects from (spaces_project.lib.caller)."""
    client = scope.get("client")
    forwarded = [value for name, value in scope.get("headers", ()) if name == b"x-forwarded-for"]
    return address_of(client[0] if client else None, b",".join(forwarded).decode("latin-1"))


def _language(scope: Scope, user: User | AnonymousUser) -> str:
    """What refusals are said in, as for pages (accounts.middleware.LanguageMiddleware)."""
    headers = dict(scope.get("headers", ()))
    chosen = getattr(user, "language", "") or parse_cookie(headers.get(b"cookie", b"").decode("latin-1")).get(
        settings.LANGUAGE_COOKIE_NAME, ""
    )
    return chosen if is_language(chosen) else accepted(headers.get(b"accept-language", b"").decode("latin-1"))


def _ticket(scope: Scope) -> str | None:
    """The ticket in the address; "" when there are several or what is there cannot be one."""
    try:
        query = parse_qs(scope["query_string"].decode("ascii"), keep_blank_values=True, max_num_fields=10)
    except ValueError:
        return ""
    found = query.get("ticket")
    if found is None:
        return None
    return found[0] if len(found) == 1 else ""


def _user_of_ticket(ticket: str) -> User | None:
    user_id = socket_tickets.redeem(ticket) if ticket else None
    return User.objects.filter(pk=user_id, is_active=True).first() if user_id else None


async def _user_of_session(scope: Scope) -> User | AnonymousUser:
    found: list[Any] = []

    async def take(scope: Scope, receive: Any, send: Any) -> None:
        found.append(scope["user"])

    # Run for its result alone: what it puts into the scope would else be kept for as long as the socket lives.
    await AuthMiddlewareStack(take)(scope, None, None)
    # Unwrapped: it stands for the user lazily.
    user: User | AnonymousUser = found[0]._wrapped
    return user
