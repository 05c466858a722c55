"""One-time tickets for the websocket, in real Redis."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.conf import settings as django_settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from redis import Redis

from accounts.models import User
from accounts.services import sessions_end_all
from spaces_project.lib import socket_tickets
from tests.accounts.answers import refused

pytestmark = pytest.mark.django_db

TICKETS = "/api/v1/socket-tickets/"


@pytest.fixture
def session_key(api, listener) -> str:
    """A session of the listener."""
    return api(listener).session.session_key


def test_good_once(listener, session_key):
    before = datetime.now(UTC)
    ticket, expires_at = socket_tickets.issue(listener, session_key=session_key)
    assert len(ticket) == 43
    assert timedelta(seconds=30) <= expires_at - before < timedelta(seconds=35)
    assert socket_tickets.redeem(ticket) == listener.pk
    assert socket_tickets.redeem(ticket) is None


def test_each_is_another(listener, session_key):
    tickets = {socket_tickets.issue(listener, session_key=session_key)[0] for _ in range(50)}
    assert len(tickets) == 50


def test_redis_forgets_it_by_itself(listener, session_key):
    ticket, _ = socket_tickets.issue(listener, session_key=session_key)
    redis = Redis.from_url(django_settings.REDIS_URL)
    assert 0 < redis.ttl(f"spaces:socket-ticket:{ticket}") <= 30
    redis.close()


@pytest.mark.parametrize(
    "ticket", ["", "x", "x" * 43, "x" * 100_000, "é" * 43, "\x00" * 43, "*" * 43, "\ud800" * 43]
)
def test_wrong_ones_are_nobodys(ticket):
    assert socket_tickets.redeem(ticket) is None


def test_it_dies_with_its_session(api, listener, session_key):
    ticket, _ = socket_tickets.issue(listener, session_key=session_key)
    SessionStore(session_key).delete()
    assert socket_tickets.redeem(ticket) is None


def test_it_dies_with_the_account_and_with_the_password(listener, session_key):
    tickets = [socket_tickets.issue(listener, session_key=session_key)[0] for _ in range(2)]
    User.objects.update(is_active=False)
    assert socket_tickets.redeem(tickets[0]) is None
    User.objects.update(is_active=True)
    listener.set_password("another one")
    listener.save()
    assert socket_tickets.redeem(tickets[1]) is None


def test_without_redis_the_one_who_asks_is_told_and_the_one_who_comes_is_nobody(
    api, listener, session_key, settings
):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    refused(api(listener).post(TICKETS), 503, "unavailable")
    assert socket_tickets.redeem("x" * 43) is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_who_come_with_one_ticket_one_gets_in(listener, session_key):
    ticket, _ = socket_tickets.issue(listener, session_key=session_key)
    start = Barrier(10)

    def come(_: int) -> int | None:
        try:
            start.wait(30)
            return socket_tickets.redeem(ticket)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        got = list(pool.map(come, range(10)))
    assert sorted(filter(None, got)) == [listener.pk]


class TestApi:
    """POST /socket-tickets/"""

    def test_a_browser_gets_one(self, api, listener):
        answer = api(listener).post(TICKETS)
        assert answer.status_code == 201
        assert set(answer.json()) == {"ticket", "expires_at"}
        assert socket_tickets.redeem(answer.json()["ticket"]) == listener.pk

    def test_an_app_gets_one_that_ends_with_its_session(self, api, listener, session_key):
        app = api(None)
        app.credentials(HTTP_X_SESSION_TOKEN=session_key)
        first, second = (app.post(TICKETS).json()["ticket"] for _ in range(2))
        assert socket_tickets.redeem(first) == listener.pk
        SessionStore(session_key).delete()
        assert socket_tickets.redeem(second) is None

    def test_a_guest_gets_none(self, api):
        refused(api(None).post(TICKETS), 401, "not_signed_in")

    def test_signing_out_everywhere_voids_it(self, client, listener):
        client.force_login(listener)
        client.get("/api/v1/me/")  # lists the session
        ticket = client.post(TICKETS).json()["ticket"]
        sessions_end_all(user=listener)
        assert socket_tickets.redeem(ticket) is None
