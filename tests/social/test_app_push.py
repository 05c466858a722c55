"""Push to apps: what FCM and APNs get, word by word as they describe it, and what their answers lead to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import jwt
import pytest
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from accounts.services import session_end
from social.models import AppDevice, Channel, Kind
from social.services.deliveries import deliveries_run
from tests.social.delivering import state_of, waiting

pytestmark = pytest.mark.django_db

APPLE, GOOGLE = "ab" * 32, "cTok_en:" + "x" * 140


@dataclass(frozen=True)
class Got:
    """One request: its path, its headers in small letters, its body."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


class Servers:
    """Google's and Apple's, on one port; `answers` says what comes back for a path: a status and a body."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answers: dict[str, tuple[int, dict[str, Any]]] = {}
        servers = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                servers.got.append(Got(self.path, headers, body))
                usual = {"access_token": "a-token", "expires_in": 3600} if self.path == "/token" else {}
                status, said = servers.answers.get(self.path, (200, usual))
                out = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(out)))
                self.end_headers()
                self.wfile.write(out)

            def log_message(self, *args: Any) -> None:
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End them."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def to(self, start: str) -> list[Got]:
        """What came to paths that begin so."""
        return [one for one in self.got if one.path.startswith(start)]


@contextmanager
def running() -> Iterator[Servers]:
    servers = Servers()
    try:
        yield servers
    finally:
        servers.close()


def _pem(key: Any) -> str:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


@pytest.fixture(scope="module")
def keys() -> tuple[Any, Any]:
    """Google's kind, and Apple's."""
    return rsa.generate_private_key(65537, 2048), ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def servers(settings, keys) -> Iterator[Servers]:
    """This site has credentials of both."""
    settings.VAPID_PRIVATE_KEY = settings.VAPID_PUBLIC_KEY = ""
    with running() as made:
        account = {
            "project_id": "spaces-app",
            "client_email": "push@spaces-app.example",
            "private_key": _pem(keys[0]),
            "token_uri": f"{made.url}/token",
        }
        settings.FCM_ACCOUNT, settings.FCM_URL = json.dumps(account), made.url
        settings.APNS_KEY, settings.APNS_KEY_ID = _pem(keys[1]), "KEY123"
        settings.APNS_TEAM, settings.APNS_TOPIC, settings.APNS_URL = "TEAM42", "org.example.spaces", made.url
        yield made


def pushed(user, host, now, **fields):
    """That the host is live, on its way to somebody."""
    asked = {"kind": Kind.LIVE, "actor": host, "data": {"title": "Morning voices"}}
    return waiting(user, now=now, channel=Channel.PUSH, **asked | fields)


def test_what_google_gets(servers, keys, listener, host, now):
    AppDevice.objects.create(user=listener, kind="fcm", token=GOOGLE)
    rows = [pushed(listener, host, now, expires_at=now + timedelta(minutes=10)), pushed(listener, host, now)]
    assert deliveries_run(now=now) == 2
    assert {state_of(row) for row in rows} == {("sent", "")}
    # One access token for all.
    [asked] = servers.to("/token")
    form = parse_qs(asked.body.decode())
    assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
    claims = jwt.decode(
        form["assertion"][0], keys[0].public_key(), algorithms=["RS256"], audience=f"{servers.url}/token"
    )
    assert claims["iss"] == "push@spaces-app.example"
    assert claims["scope"] == "https://www.googleapis.com/auth/firebase.messaging"
    sent = {
        one.json["message"]["data"]["tag"]: one for one in servers.to("/v1/projects/spaces-app/messages:send")
    }
    one = sent[f"n{rows[0].notification_id}"]
    assert one.headers["authorization"] == "Bearer a-token"
    message = one.json["message"]
    assert message["token"] == GOOGLE
    assert message["notification"] == {"title": "The Host is live", "body": "Morning voices"}
    assert message["data"]["url"].startswith("/")
    android = message["android"]
    assert (android["priority"], android["collapse_key"]) == ("HIGH", message["data"]["tag"])
    assert 590 <= int(android["ttl"].removesuffix("s")) <= 600
    assert AppDevice.objects.get().last_sent_at is not None


def test_what_apple_gets(servers, keys, listener, host, now):
    AppDevice.objects.create(user=listener, kind="apns", token=APPLE)
    row = pushed(listener, host, now)
    assert deliveries_run(now=now) == 1
    [one] = servers.got
    assert one.path == f"/3/device/{APPLE}"
    token = one.headers["authorization"].removeprefix("bearer ")
    assert jwt.get_unverified_header(token)["kid"] == "KEY123"
    assert jwt.decode(token, keys[1].public_key(), algorithms=["ES256"])["iss"] == "TEAM42"
    assert one.headers["apns-topic"] == "org.example.spaces"
    assert (one.headers["apns-push-type"], one.headers["apns-priority"]) == ("alert", "10")
    assert one.headers["apns-collapse-id"] == f"n{row.notification_id}"
    assert one.json["aps"]["alert"] == {"title": "The Host is live", "body": "Morning voices"}
    assert one.json["url"].startswith("/")


UNREGISTERED = {"error": {"status": "NOT_FOUND", "details": [{"errorCode": "UNREGISTERED"}]}}


@pytest.mark.parametrize(
    ("kind", "answer", "state", "stays"),
    [
        ("fcm", (404, UNREGISTERED), "dropped", False),
        ("fcm", (403, {"error": {"details": [{"errorCode": "SENDER_ID_MISMATCH"}]}}), "dropped", False),
        ("fcm", (503, {}), "waiting", True),
        ("fcm", (401, {}), "waiting", True),
        ("fcm", (400, {"error": {"details": [{"errorCode": "INVALID_ARGUMENT"}]}}), "failed", True),
        ("apns", (410, {"reason": "Unregistered"}), "dropped", False),
        ("apns", (400, {"reason": "BadDeviceToken"}), "dropped", False),
        ("apns", (403, {"reason": "ExpiredProviderToken"}), "waiting", True),
        ("apns", (429, {"reason": "TooManyRequests"}), "waiting", True),
        ("apns", (413, {"reason": "PayloadTooLarge"}), "failed", True),
    ],
)
def test_what_answers_lead_to(servers, listener, host, now, kind, answer, state, stays):
    AppDevice.objects.create(user=listener, kind=kind, token=APPLE)
    path = f"/3/device/{APPLE}" if kind == "apns" else "/v1/projects/spaces-app/messages:send"
    servers.answers[path] = answer
    row = pushed(listener, host, now)
    assert deliveries_run(now=now) == 0
    assert state_of(row)[0] == state
    assert AppDevice.objects.exists() is stays


def test_nobody_there(servers, listener, host, now, settings):
    settings.APNS_URL = "http://127.0.0.1:1"
    AppDevice.objects.create(user=listener, kind="apns", token=APPLE)
    row = pushed(listener, host, now)
    assert deliveries_run(now=now) == 0
    assert state_of(row) == ("waiting", "APNs: ConnectError")


class TestRegistering:
    """By the app, in the session it is signed in with."""

    ADDRESS = "/api/v1/app-devices/"

    def test_an_app_is_of_whoever_came_last(self, servers, listener, outsider, api):
        asked = {"kind": "apns", "token": APPLE, "name": "A phone", "app_version": "1.2"}
        first = api(listener).post(self.ADDRESS, asked)
        assert (first.status_code, first.json()["name"], first.json()["is_current"]) == (201, "A phone", True)
        assert "token" not in first.json()
        assert api(listener).post(self.ADDRESS, asked).json()["id"] == first.json()["id"]
        api(outsider).post(self.ADDRESS, asked)
        assert api(listener).get(self.ADDRESS).json()["results"] == []
        [mine] = api(outsider).get(self.ADDRESS).json()["results"]
        assert api(listener).delete(f"{self.ADDRESS}{mine['id']}/").status_code == 404
        assert api(outsider).delete(f"{self.ADDRESS}{mine['id']}/").status_code == 204
        assert api(outsider).delete(f"{self.ADDRESS}{2**70}/").status_code == 404
        assert api(None).post(self.ADDRESS, asked).status_code == 401

    @pytest.mark.parametrize("token", ["../../3/device/x", "zz" * 32, "", "ab", "a\0" * 40])
    def test_what_is_no_token(self, servers, listener, api, token):
        answer = api(listener).post(self.ADDRESS, {"kind": "apns", "token": token})
        assert (answer.status_code, answer.json()["code"]) in ((400, "push.token"), (400, "invalid"))

    def test_off_without_credentials(self, listener, api):
        answer = api(listener).post(self.ADDRESS, {"kind": "fcm", "token": GOOGLE})
        assert (answer.status_code, answer.json()["code"]) == (409, "push.off")

    def test_it_goes_with_its_session(self, servers, listener, api, django_capture_on_commit_callbacks):
        client, other = api(listener), api(listener)
        for one, token in ((client, "ab" * 32), (other, "cd" * 32)):
            # Noted with the first request.
            one.get("/api/v1/me/")
            one.post(self.ADDRESS, {"kind": "apns", "token": token})
        ended = UserSession.objects.get(session_key=client.session.session_key)
        with django_capture_on_commit_callbacks(execute=True):
            session_end(user=listener, session_id=ended.pk)
        assert [one.token for one in AppDevice.objects.all()] == ["cd" * 32]

    def test_on_the_page_of_sessions(self, listener, outsider, api):
        mine = AppDevice.objects.create(user=listener, kind="apns", token=APPLE, name="Maya's phone")
        page = api(listener).get("/accounts/sessions/").content.decode()
        assert "Maya&#x27;s phone" in page
        address = f"/settings/apps/{mine.pk}/remove/"
        assert address in page
        assert api(outsider).post(address).status_code == 404
        assert api(listener).post(address).headers["Location"] == "/accounts/sessions/"
        assert not AppDevice.objects.exists()
