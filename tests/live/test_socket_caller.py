"""What is done over the socket is written down as such, with the address of the client."""

from datetime import UTC, datetime

import pytest

from moderation.models import AuditEntry
from rooms.live.database import in_database
from rooms.models import Role
from tests.live.clients import ORIGIN, SocketClient, cookie_of
from tests.rooms.world import seat

pytestmark = pytest.mark.usefixtures("no_audio")


async def test_door_and_address(space, host, outsider, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    await in_database(seat)(space, outsider, Role.LISTENER, datetime.now(UTC))
    cookie = await in_database(cookie_of)(host)
    forwarded = (b"x-forwarded-for", b"10.0.0.1, 192.0.2.9")
    socket = SocketClient(
        headers=[(b"host", b"testserver"), (b"origin", ORIGIN), (b"cookie", cookie), forwarded]
    )
    await socket.open()
    reply = await socket.ask("space.remove", space=str(space.pk), user=str(outsider.pk))
    await socket.close()
    assert reply["ok"]
    entry = await in_database(AuditEntry.objects.get)()
    assert (entry.act, entry.door, entry.address) == ("space.remove", "socket", "192.0.2.9")
