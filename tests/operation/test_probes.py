"""`/healthz` and `/readyz`: what is there, what is missing, and never a long wait."""

import threading
import time
from contextlib import contextmanager
from unittest.mock import ANY

import pytest
from django.db import connections
from django.test import Client

from operation import readiness
from spaces_project.lib import heartbeats
from spaces_project.lib.redis_client import redis_client
from stack.ports import free_port

# So long a machine with much to do may take beside the time-out itself.
SLACK_SECONDS = 1.5


@pytest.fixture(autouse=True)
def parts_of_their_own(settings) -> None:
    readiness.forget()
    settings.READY_TIMEOUT_SECONDS = 1.0
    settings.LIVEKIT_URL = ""
    redis_client().delete("spaces:heartbeats")


@pytest.fixture
def probe():
    client = Client()

    def look() -> tuple[int, dict[str, dict]]:
        readiness.forget()
        began = time.monotonic()
        answer = client.get("/readyz", headers={"host": "10.1.2.3:8000"})
        assert time.monotonic() - began < 1 + SLACK_SECONDS
        return answer.status_code, answer.json()["parts"]

    return look


@pytest.fixture
def found(probe):
    """Look until the part is found so: a program that is told to freeze does so a moment later."""

    def look(part: str, state: str) -> tuple[int, dict[str, dict]]:
        until = time.monotonic() + 10
        while True:
            status, parts = probe()
            if parts[part]["state"] == state:
                return status, parts
            assert time.monotonic() < until

    return look


def states(parts: dict[str, dict]) -> dict[str, str]:
    return {name: part["state"] for name, part in parts.items()}


def test_alive_needs_nothing(client, settings):
    # Neither the database (which this test may not use), nor Redis, nor a host's name that we know.
    settings.REDIS_URL = f"redis://127.0.0.1:{free_port()}/0"
    answer = client.get("/healthz", headers={"host": "10.1.2.3:8000"})
    assert (answer.status_code, answer.json()) == (200, {"alive": True})
    assert answer["Cache-Control"] == "no-store"
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db(transaction=True)
class TestReady:
    """What a look finds."""

    def test_everything_is_there(self, probe):
        for part in ("beat", "tick", "worker:celery@here"):
            heartbeats.heard_of(part)
        status, parts = probe()
        assert status == 200
        assert states(parts) == {
            "database": "ok",
            "redis": "ok",
            "livekit": "off",
            "worker": "ok",
            "beat": "ok",
            "agents": "off",
        }
        assert parts["database"]["required"]
        assert 0 < parts["database"]["ms"] < 1000

    def test_worker_and_beat_that_were_not_heard_of(self, probe, settings):
        status, parts = probe()
        assert (status, parts["worker"]["state"], parts["beat"]["state"]) == (200, "missing", "missing")
        for part in ("beat", "tick", "worker:celery@here"):
            heartbeats.heard_of(part)
        settings.HEARTBEAT_SECONDS = 0.0
        _, parts = probe()
        assert "not heard of for" in parts["worker"]["why"]
        assert "not heard of for" in parts["beat"]["why"]
        # A worker that lives and does nothing of what beat asks for.
        settings.HEARTBEAT_SECONDS = 30.0
        redis_client().hset("spaces:heartbeats", "tick", time.time() - 40)
        _, parts = probe()
        assert (parts["worker"]["state"], parts["beat"]["state"]) == ("missing", "ok")
        settings.READY_REQUIRED = ["worker"]
        assert probe()[0] == 503

    def test_redis_stops_freezes_and_comes_back(self, probe, found, own_redis):
        assert states(probe()[1])["redis"] == "ok"
        own_redis.pause()
        assert found("redis", "missing")[0] == 503
        own_redis.resume()
        own_redis.stop()
        status, parts = probe()
        assert (status, parts["redis"]["state"], parts["database"]["state"]) == (503, "missing", "ok")
        own_redis.start()
        assert probe()[0] == 200

    def test_a_database_that_refuses(self, probe, monkeypatch):
        if connections.settings["default"]["ENGINE"].endswith("sqlite3"):
            monkeypatch.setitem(connections.settings["default"], "NAME", "/nowhere/at.all")
        else:
            monkeypatch.setitem(connections.settings["default"], "PORT", str(free_port()))
        status, parts = probe()
        assert (status, parts["database"]["state"], parts["redis"]["state"]) == (503, "missing", "ok")
        # No address, no account: the doctor says more.
        assert parts["database"]["why"] == "OperationalError"


@contextmanager
def hanging():
    """A check that hangs until the block ends."""
    go_on = threading.Event()
    global _hang
    _hang = go_on
    try:
        yield
    finally:
        go_on.set()


_hang = threading.Event()


def hang() -> None:
    _hang.wait(30)


def test_what_hangs_is_missing_in_time_and_hangs_once(probe, settings):
    settings.READY_CHECKS = {"stuck": f"{__name__}.hang"}
    settings.READY_TIMEOUT_SECONDS = 0.05
    with hanging():
        for _ in range(3):
            _, parts = probe()
            assert parts["stuck"]["state"] == "missing"
            assert "no answer" in parts["stuck"]["why"]
        waiting = [one for one in threading.enumerate() if one.name == "ready-stuck"]
        assert len(waiting) == 1
    waiting[0].join(5)
    assert states(probe()[1]) == {"stuck": "ok"}


@pytest.mark.livekit
def test_livekit_answers_freezes_stops_and_has_another_key(probe, found, settings, livekit_server):
    settings.READY_CHECKS = {"livekit": "rooms.audio.health.livekit"}
    settings.READY_REQUIRED = ["livekit"]
    settings.LIVEKIT_URL = livekit_server.url
    livekit_server.start()
    assert probe() == (200, {"livekit": {"state": "ok", "required": True, "ms": ANY}})
    with livekit_server.paused():
        status, parts = found("livekit", "missing")
        assert (status, "no answer" in parts["livekit"]["why"]) == (503, True)
    assert found("livekit", "ok")[0] == 200
    settings.LIVEKIT_API_SECRET = "another-secret-0123456789-0123456789"
    assert probe()[1]["livekit"]["why"] == "it does not take our key"
    with livekit_server.stopped():
        assert probe()[0] == 503
