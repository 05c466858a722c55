"""A push service on this machine, and browsers that can read what it gets: real HTTP, real keys."""

import base64
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import http_ece
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from accounts.models import User
from social.models import PushSubscription
from social.webpush import encoding


@dataclass(frozen=True)
class Request:
    """What came in, as it came."""

    path: str
    headers: dict[str, str]
    body: bytes


class _Server(ThreadingHTTPServer):
    # So many may knock at once.
    request_queue_size = 128


class PushService:
    """Keeps what it gets; `answers` says what it answers to a path (else 201)."""

    def __init__(self) -> None:
        self.got: list[Request] = []
        self.answers: dict[str, int] = {}
        self.before_answer: Callable[[Request], object] = lambda request: None
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                request = Request(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                service.got.append(request)
                service.before_answer(request)
                status = service.answers.get(self.path, 201)
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "/redirected")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self) -> None:
                service.got.append(Request(f"GET {self.path}", {}, b""))
                self.send_error(405)

            def log_message(self, *args: Any) -> None:
                """Silent."""

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def paths(self) -> list[str]:
        """To where something came, in its order."""
        return [request.path for request in self.got]


@contextmanager
def push_service() -> Iterator[PushService]:
    """A push service for the length of a block."""
    service = PushService()
    try:
        yield service
    finally:
        service.close()


class Browser:
    """A browser with a subscription at `endpoint`: it alone can read what is sent there."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._secret = os.urandom(16)
        point = self._key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.p256dh, self.auth = encoding.encode(point), encoding.encode(self._secret)

    def as_json(self) -> dict[str, Any]:
        """What `PushSubscription.toJSON()` gives."""
        return {"endpoint": self.endpoint, "keys": {"p256dh": self.p256dh, "auth": self.auth}}

    def read(self, request: Request) -> dict[str, Any]:
        """What is said to this browser: decrypted, as the browser itself does."""
        plain = http_ece.decrypt(
            request.body, private_key=self._key, auth_secret=self._secret, version="aes128gcm"
        )
        said: dict[str, Any] = json.loads(plain)
        return said

    def of(self, user: User) -> PushSubscription:
        """A row of it, for `user`."""
        return PushSubscription.objects.create(
            user=user, endpoint=self.endpoint, p256dh=self.p256dh, auth=self.auth, device="A browser"
        )


def signed_claims(request: Request) -> tuple[dict[str, Any], str]:
    """What a request's VAPID token says, and the key it is signed with, once the signature is verified."""
    authorization = request.headers["authorization"]
    assert Vapid02.verify(authorization), "the signature is not that of the key"
    parts = dict(part.split("=", 1) for part in authorization.removeprefix("vapid ").split(","))
    claims = parts["t"].split(".")[1]
    return json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))), parts["k"]
