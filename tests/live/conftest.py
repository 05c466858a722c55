"""What the tests of the websocket share. They commit for real: the socket's threads read what the test has written."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import User
from rooms.live.database import in_database
from rooms.live.hub import hub_of_this_loop
from rooms.models import Space
from rooms.services.joining import space_join
from rooms.services.lifecycle import space_start
from tests.live.clients import ORIGIN, SocketClient, cookie_of

Connect = Callable[[User | None], Awaitable[SocketClient]]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here that touches the database commits. Said before pytest-django puts those that commit last."""
    for item in items:
        if "tests/live/" in item.path.as_posix() and "db" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture
async def connect(db: None) -> AsyncIterator[Connect]:
    """`await connect(user)` is an open socket of that person's browser, `await connect(None)` a guest's."""
    opened: list[SocketClient] = []

    async def open_socket(user: User | None) -> SocketClient:
        headers = [(b"host", b"testserver"), (b"origin", ORIGIN)]
        if user is not None:
            headers.append((b"cookie", await in_database(cookie_of)(user)))
        client = SocketClient(headers=headers)
        opened.append(client)
        await client.open()
        return client

    yield open_socket
    for client in opened:
        await client.close()
    hub = hub_of_this_loop()
    assert not hub.sockets
    assert not hub.by_user
    assert not hub.subscriptions.groups


@pytest.fixture
def no_audio(settings: Any) -> None:
    """An installation without LiveKit."""
    settings.LIVEKIT_URL = ""


@pytest.fixture
def space(host: User, no_audio: None) -> Space:
    """A live Space whose host is in it."""
    now = datetime.now(UTC)
    made = space_start(host=host, title="Morning voices", now=now)
    space_join(space=made, user=host, now=now)
    return made
