"""Who may open the socket, and as whom."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore

from accounts.models import User
from accounts.services import sessions_announce_ended
from rooms.live.database import in_database
from rooms.live.origin import origin_is_ours
from spaces_project.lib import socket_tickets
from tests.live.clients import Closed, SocketClient, cookie_of
from tests.live.conftest import Connect

Headers = list[tuple[bytes, bytes]]
Knock = Callable[..., Awaitable[Any]]

HOST = (b"host", b"testserver")
OURS = (b"origin", b"http://testserver")


@pytest.fixture
async def knock(db: None) -> AsyncIterator[Knock]:
    """`await knock(headers, query)` is whom the door takes one for (an id or None), or the close code."""
    clients: list[SocketClient] = []

    async def knocked(headers: Headers, query: bytes = b"") -> Any:
        client = SocketClient(headers=headers, query=query)
        clients.append(client)
        try:
            return (await client.open())["user"]
        except Closed as closed:
            return closed.code

    yield knocked
    for client in clients:
        await client.close()


def ticket_of(user: User) -> str:
    """A ticket, asked for with a session that stands."""
    key = cookie_of(user).decode().partition("=")[2]
    ticket, _ = socket_tickets.issue(user, session_key=key)
    return ticket


async def test_a_browser_comes_in_as_its_session(knock: Knock, listener: User) -> None:
    cookie = (b"cookie", await in_database(cookie_of)(listener))
    assert await knock([HOST, OURS, cookie]) == str(listener.pk)


async def test_without_session_one_is_a_guest(knock: Knock) -> None:
    assert await knock([HOST, OURS]) is None


@pytest.mark.parametrize(
    "cookie", [b"sessionid=wrong", b"sessionid=", b"\xff\xfe", b"sessionid=a; sessionid=b"]
)
async def test_a_cookie_that_is_no_session_is_a_guests(knock: Knock, cookie: bytes) -> None:
    assert await knock([HOST, OURS, (b"cookie", cookie)]) is None


async def test_a_deactivated_account_is_a_guests(knock: Knock, listener: User) -> None:
    cookie = (b"cookie", await in_database(cookie_of)(listener))
    listener.is_active = False
    await listener.asave()
    assert await knock([HOST, OURS, cookie]) is None


FOREIGN: list[bytes | None] = [
    None,
    b"",
    b"null",
    b"http://evil.example",
    b"https://testserver",
    b"http://testserver:8000",
    b"http://testserver.evil.example",
    b"http://evil.example/http://testserver",
    b"http://testserver@evil.example",
    b"http://evil.example\\@testserver",
    b"http://testserver/",
    b"http://testserver/page",
    b" http://testserver",
    b"testserver",
    b"//testserver",
    b"http://",
    b"http://[::1",
    b"http://testserver:port",
    b"http://testserver:99999",
    b"\xff\xfe",
    b"http://testserver http://testserver",
]


async def test_a_page_of_another_site_stays_out(knock: Knock, listener: User) -> None:
    headers = [HOST, (b"cookie", await in_database(cookie_of)(listener))]
    for origin in FOREIGN:
        answer = await knock([*headers, (b"origin", origin)] if origin is not None else headers)
        assert answer == 4403, origin


async def test_two_origins_are_none(knock: Knock) -> None:
    assert await knock([HOST, OURS, OURS]) == 4403


async def test_a_host_that_is_not_ours_vouches_for_nobody(knock: Knock) -> None:
    """DNS rebinding: the page and the Host agree with each other, but not with the site."""
    assert await knock([(b"host", b"evil.example"), (b"origin", b"http://evil.example")]) == 4403


async def test_an_app_comes_in_by_ticket(knock: Knock, listener: User) -> None:
    ticket = await in_database(ticket_of)(listener)
    assert await knock([HOST], b"ticket=" + ticket.encode()) == str(listener.pk)


async def test_a_ticket_is_good_once(knock: Knock, listener: User) -> None:
    query = b"ticket=" + (await in_database(ticket_of)(listener)).encode()
    answers = await asyncio.gather(*(knock([HOST], query) for _ in range(5)))
    assert sorted(map(str, answers)) == sorted([str(listener.pk), *["4401"] * 4])


async def test_a_ticket_ends_with_its_session(knock: Knock, listener: User) -> None:
    ticket = await in_database(ticket_of)(listener)
    await in_database(lambda: [SessionStore(key).delete() for key in _session_keys()])()
    assert await knock([HOST], b"ticket=" + ticket.encode()) == 4401


def _session_keys() -> list[str]:
    from django.contrib.sessions.models import Session

    return list(Session.objects.values_list("session_key", flat=True))


async def test_a_forged_ticket_is_refused(knock: Knock) -> None:
    for query in (
        b"ticket=",
        b"ticket=wrong",
        b"ticket=" + b"a" * 43,
        b"ticket=%ff%fe",
        b"ticket=a&ticket=b",
        b"ticket",
    ):
        assert await knock([HOST], query) == 4401, query


async def test_a_cookie_does_not_help_a_bad_ticket(knock: Knock, listener: User) -> None:
    cookie = (b"cookie", await in_database(cookie_of)(listener))
    assert await knock([HOST, OURS, cookie], b"ticket=wrong") == 4401


async def test_a_ticket_does_not_help_a_page_of_another_site(knock: Knock, listener: User) -> None:
    """And is not used up by it."""
    query = b"ticket=" + (await in_database(ticket_of)(listener)).encode()
    assert await knock([HOST, (b"origin", b"http://evil.example")], query) == 4403
    assert await knock([HOST], query) == str(listener.pk)


async def test_elsewhere_there_is_no_socket(knock: Knock) -> None:
    client = SocketClient(headers=[HOST, OURS], path="/ws/other/")
    with pytest.raises(Closed):
        await client.open()


async def test_the_end_of_a_session_closes_the_sockets_of_its_owner(
    connect: Connect, listener: User, outsider: User
) -> None:
    first, second, other = await connect(listener), await connect(listener), await connect(outsider)
    await in_database(sessions_announce_ended)(user_id=listener.pk)
    assert await first.closed() == 4410
    assert await second.closed() == 4410
    assert [frame["type"] for frame in await other.quiet()] == ["bubbles.snapshot", "inbox.counts"]


def scope(origin: str, host: str = "testserver", **more: Any) -> dict[str, Any]:
    headers = [(b"host", host.encode()), (b"origin", origin.encode()), *more.pop("headers", [])]
    return {"headers": headers, **more}


@pytest.mark.parametrize(
    ("origin", "host", "changed", "ours"),
    [
        ("http://testserver:80", "testserver", {}, True),
        ("HTTP://TestServer", "testserver", {}, True),
        ("http://spaces.example:8443", "spaces.example:8443", {"ALLOWED_HOSTS": ["spaces.example"]}, True),
        ("http://spaces.example", "spaces.example:8443", {"ALLOWED_HOSTS": ["spaces.example"]}, False),
        ("https://spaces.example", "10.0.0.1", {"SITE_URL": "https://spaces.example"}, True),
        ("http://spaces.example", "10.0.0.1", {"SITE_URL": "https://spaces.example"}, False),
        ("https://app.example", "testserver", {"CSRF_TRUSTED_ORIGINS": ["https://app.example"]}, True),
        ("https://app.example", "testserver", {"CSRF_TRUSTED_ORIGINS": ["https://*.app.example"]}, False),
        ("https://a.app.example", "testserver", {"CSRF_TRUSTED_ORIGINS": ["https://*.app.example"]}, True),
        ("http://a.app.example", "testserver", {"CSRF_TRUSTED_ORIGINS": ["https://*.app.example"]}, False),
        (
            "http://a.app.example:80",
            "testserver",
            {"CSRF_TRUSTED_ORIGINS": ["http://*.app.example:81"]},
            False,
        ),
        ("http://localhost:8000", "10.0.0.1", {"SITE_URL": "http://127.0.0.1:8000", "DEBUG": True}, True),
        ("http://localhost:8001", "10.0.0.1", {"SITE_URL": "http://127.0.0.1:8000", "DEBUG": True}, False),
        ("http://localhost:8000", "10.0.0.1", {"SITE_URL": "http://127.0.0.1:8000", "DEBUG": False}, False),
        ("http://[::1]:8000", "[::1]:8000", {"ALLOWED_HOSTS": ["[::1]"]}, True),
    ],
)
def test_the_whole_origin_is_compared(
    settings: Any, origin: str, host: str, changed: dict[str, Any], ours: bool
) -> None:
    for name, value in changed.items():
        setattr(settings, name, value)
    assert origin_is_ours(scope(origin, host)) is ours


def test_behind_a_proxy_its_word_for_https_counts(settings: Any) -> None:
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    forwarded = [(b"x-forwarded-proto", b"https")]
    assert origin_is_ours(scope("https://testserver", headers=forwarded)) is True
    assert origin_is_ours(scope("https://testserver")) is False


def test_a_secure_socket_belongs_to_a_secure_page() -> None:
    assert origin_is_ours(scope("https://testserver", scheme="wss")) is True
