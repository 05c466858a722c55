"""Sockets of somebody who is suspended."""

from datetime import UTC, datetime
from typing import Any

from accounts.models import User
from moderation.models import Act
from moderation.services.decisions import decide
from rooms.live.database import in_database
from rooms.live.protocol import Close
from spaces_project.lib import socket_tickets
from tests.live.clients import ORIGIN, SocketClient, cookie_of
from tests.moderation.cases import member_of


def suspended(user: User) -> None:
    """For good, by a moderator."""
    moderator = member_of("moderator")
    decide(act=Act.SUSPEND, by=moderator, person=user, reason="Rules.", now=datetime.now(UTC))


async def test_all_of_them_are_closed_and_none_opens_again(space, listener, outsider, connect: Any):
    cookie = await in_database(cookie_of)(listener)
    headers = [(b"host", b"testserver"), (b"origin", ORIGIN), (b"cookie", cookie)]
    first, second, other = await connect(listener), await connect(listener), await connect(outsider)
    assert (await first.ask("space.watch", space=str(space.pk)))["ok"]

    await in_database(suspended)(listener)
    assert await first.closed() == Close.SESSION_ENDED
    assert await second.closed() == Close.SESSION_ENDED
    assert await other.quiet() is not None

    # The session the browser still names belongs to nobody.
    again = SocketClient(headers=headers)
    assert (await again.open())["user"] is None
    await again.close()


async def test_a_ticket_is_worthless(listener, db):
    session = (await in_database(cookie_of)(listener)).decode().split("=")[1]
    ticket, _ = await in_database(socket_tickets.issue)(listener, session_key=session)
    await in_database(suspended)(listener)
    assert await in_database(socket_tickets.redeem)(ticket) is None
