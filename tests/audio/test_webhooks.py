"""LiveKit's webhooks: a hint when verified, a coded refusal otherwise, never a failure."""

import base64
import hashlib
import json
import time

import jwt
import pytest
from celery import current_app
from django.conf import settings
from django.test import Client

from rooms import tasks
from rooms.audio import sfu
from tests.plugins.service import wait_until

pytestmark = [pytest.mark.django_db]

URL = "/webhooks/livekit/"
ROOM = "0190c2f0-0000-7000-8000-000000000000.1"


@pytest.fixture
def site() -> Client:
    """A client that reports failures as 500 instead of raising them, as a server would."""
    return Client(raise_request_exception=False)


@pytest.fixture
def hints() -> list[tuple[str, list[str]]]:
    """`hints()` takes what waits in the broker for the worker of live rooms: the tasks' names and arguments."""

    def taken():
        found = []
        with current_app.connection_for_write() as connection, connection.SimpleQueue("live") as queue:
            while True:
                try:
                    message = queue.get(block=False)
                except queue.Empty:
                    return found
                message.ack()
                found.append((message.headers["task"], message.payload[0]))

    taken()
    return taken


def _event(name="participant_joined", room=ROOM, identity="7", **fields):
    return json.dumps(
        {"event": name, "room": {"name": room}, "participant": {"identity": identity}, "id": "EV_1", **fields}
    ).encode()


def _signed(body, *, key=None, secret=None, seconds=60, digest=None):
    digest = digest or base64.b64encode(hashlib.sha256(body).digest()).decode()
    now = int(time.time())
    claims = {
        "iss": key or settings.LIVEKIT_API_KEY,
        "nbf": now - 600,
        "exp": now + seconds,
        "sha256": digest,
    }
    return jwt.encode(claims, secret or settings.LIVEKIT_API_SECRET, algorithm="HS256")


def _post(site, body, authorization=None):
    headers = {"authorization": _signed(body) if authorization is None else authorization}
    return site.post(URL, body, content_type="application/webhook+json", headers=headers)


@pytest.mark.parametrize("name", ["participant_joined", "track_published"])
def test_a_verified_event_is_a_hint_for_a_worker(name, site, hints):
    assert _post(site, _event(name)).status_code == 200
    assert hints() == [("rooms.tasks.participant_check", [ROOM, "7"])]


def test_the_hint_names_a_task_that_exists():
    assert tasks.participant_check.name == "rooms.tasks.participant_check"


@pytest.mark.parametrize(
    "body",
    [
        _event("room_started"),
        _event("participant_left"),
        _event("something_new_of_tomorrow"),
        _event(room=""),
        _event(identity=""),
        b'{"event": "participant_joined"}',
        b'{"event": "participant_joined", "a_field": "of tomorrow"}',
        b"{}",
        b"[]",
        b'"text"',
    ],
)
def test_an_event_that_tells_us_nothing_is_passed_over(body, site, hints):
    assert _post(site, body).status_code == 200
    assert hints() == []


@pytest.mark.parametrize("body", [b"", b"not json", b"null", b"\xff\xfe", b'{"event": 5}', b"{" * 900])
def test_a_signed_body_that_is_no_event_is_refused(body, site, hints):
    answer = _post(site, body)
    assert answer.status_code == 401
    assert answer.json()["code"] == "webhook.not_verified"
    assert hints() == []


def _other_body(body):
    return _signed(body.replace(b'"7"', b'"8"'))


@pytest.mark.parametrize(
    "authorization",
    [
        lambda body: "",
        lambda body: "Bearer",
        lambda body: "not.a.token",
        lambda body: "é" * 20,
        lambda body: "a" * 5_000,
        lambda body: _signed(body, key="somebody-else"),
        lambda body: _signed(body, secret="another-secret-of-32-characters-or-more"),
        lambda body: _signed(body, seconds=-120),
        lambda body: _signed(body, digest="AAAA"),
        lambda body: _signed(body, digest="not base64 !"),
        _other_body,
        lambda body: jwt.encode({"iss": settings.LIVEKIT_API_KEY, "sha256": ""}, None, algorithm="none"),
    ],
    ids=[
        "unsigned",
        "empty_bearer",
        "no_token",
        "not_ascii",
        "long",
        "other_key",
        "other_secret",
        "stale",
        "other_digest",
        "no_digest",
        "changed_body",
        "no_algorithm",
    ],
)
def test_what_is_not_signed_by_us_over_this_body_is_refused(authorization, site, hints):
    body = _event()
    answer = _post(site, body, authorization(body))
    assert answer.status_code == 401
    assert answer.json() == {
        "code": "webhook.not_verified",
        "message": "The signature does not fit the body.",
        "fields": {},
    }
    assert hints() == []


def test_a_token_for_listening_is_no_signature(site, hints, listener):
    """Listeners hold tokens that are signed with the same secret."""
    from livekit import api

    token = api.AccessToken(settings.LIVEKIT_API_KEY, settings.LIVEKIT_API_SECRET).with_identity(
        str(listener.pk)
    )
    assert _post(site, _event(), token.to_jwt()).status_code == 401
    assert hints() == []


def test_a_body_beyond_256_kib_is_refused(site, hints):
    body = _event(padding="x" * (256 * 1024))
    answer = _post(site, body)
    assert (answer.status_code, answer.json()["code"]) == (413, "webhook.too_long")
    assert hints() == []


def test_a_long_body_below_256_kib_is_taken(site, hints):
    assert _post(site, _event(padding="x" * (200 * 1024))).status_code == 200
    assert len(hints()) == 1


@pytest.mark.parametrize(
    ("length", "status"),
    [
        ("-1", 400),
        ("many", 400),
        ("1e9", 400),
        ("١", 400),
        ("9" * 30, 413),
        ("9" * 5_000, 413),
        ("262145", 413),
    ],
)
def test_a_wrong_content_length_is_refused(length, status, site):
    answer = site.post(URL, b"{}", content_type="application/json", CONTENT_LENGTH=length)
    assert answer.status_code == status


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete", "head", "options"])
def test_only_post_is_for_webhooks(method, site):
    assert getattr(site, method)(URL).status_code == 405


def test_no_csrf_token_is_asked_for(hints):
    assert _post(Client(enforce_csrf_checks=True), _event()).status_code == 200


def test_without_a_secret_everything_is_refused(site, settings):
    settings.LIVEKIT_API_SECRET = ""
    body = _event()
    assert _post(site, body, _signed(body, secret="x" * 32)).status_code == 401


def test_a_broker_that_is_down_does_not_fail_the_webhook(site, monkeypatch, caplog):
    from kombu.exceptions import OperationalError

    def down(*args, **options):
        raise OperationalError("down")

    monkeypatch.setattr(current_app._get_current_object(), "send_task", down)
    assert _post(site, _event()).status_code == 200
    assert "No broker for a hint" in caplog.text


@pytest.mark.livekit
def test_a_hint_checks_the_person_who_came_in(transactional_db, space, host, enter):
    enter(space, host)
    tasks.participant_check(space.audio_room, str(host.pk))
    assert sfu.participant(space.audio_room, str(host.pk)).may_publish


@pytest.mark.livekit
def test_a_hint_while_livekit_is_down_is_left_to_reconciliation(space, host, livekit_server, caplog):
    with livekit_server.stopped():
        tasks.participant_check(space.audio_room, str(host.pk))
    assert "Audio server: " in caplog.text


@pytest.mark.livekit
@pytest.mark.slow
def test_what_livekit_really_sends_is_understood(
    live_server, space, host, enter, livekit_server, hints, settings
):
    """Not our idea of a webhook, but LiveKit's."""
    settings.ALLOWED_HOSTS = ["*"]
    livekit_server.restart(webhook_url=f"{live_server.url}{URL}")
    try:
        sfu.create_room(space.audio_room)
        enter(space, host)
        found = []
        wait_until(lambda: found.extend(hints()) or bool(found), "the hint arrives")
        assert found[0] == ("rooms.tasks.participant_check", [space.audio_room, str(host.pk)])
    finally:
        livekit_server.restart()
