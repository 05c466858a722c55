"""HTTP: who may ask, the same request once (idempotency keys), and the faults that were ordered."""

import hashlib
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from tickets.stand_in.accounts import Accounts
from tickets.stand_in.api import Api, Call
from tickets.stand_in.control import Control
from tickets.stand_in.errors import ApiError
from tickets.stand_in.events import Events
from tickets.stand_in.faults import Fault, Faults
from tickets.stand_in.forms import decoded
from tickets.stand_in.pages import Pages
from tickets.stand_in.payments import Payments
from tickets.stand_in.store import Store

_STYLE = Path(__file__).with_name("pages") / "style.css"
_PAGE_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


@dataclass(frozen=True)
class Settings:
    """Where the stand-in listens (loopback), who may use its API, where it keeps things, and where its webhooks go."""

    port: int
    api_key: str
    database: str = ":memory:"
    webhook_url: str = ""
    webhook_secret: str = ""
    connect_secret: str = ""


@dataclass(frozen=True)
class Request:
    """What came in. Names of headers in small letters."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    @property
    def origin(self) -> str:
        """How we are reached."""
        return f"http://{self.headers.get('host', '')}"


@dataclass
class Answer:
    """What goes out. `hang_up`: nothing does."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False
    wait_seconds: float = 0.0


class StandIn:
    """The whole of it, for one request at a time."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._store = Store(settings.database)
        self._faults = Faults()
        self.events = Events(
            self._store,
            self._faults,
            url=settings.webhook_url,
            secret=settings.webhook_secret,
            connect_secret=settings.connect_secret,
        )
        payments = Payments(self._store, self.events)
        accounts = Accounts(self._store, self.events)
        self._api = Api(self._store, payments, accounts)
        self._pages = Pages(self._store, self.events, payments, accounts)
        self._control = Control(self._store, self._faults, self.events, payments, accounts)
        self._under_way: set[str] = set()
        self._lock = threading.Lock()

    def answer(self, request: Request) -> Answer:
        """Answer any request."""
        if request.path.startswith("/v1/"):
            return self._with_faults(request)
        if request.path.startswith("/_control/"):
            return self._obey(request)
        if request.path == "/style.css":
            return Answer(body=_STYLE.read_bytes(), headers={"Content-Type": "text/css; charset=utf-8"})
        return self._page(request)

    def _page(self, request: Request) -> Answer:
        if request.method == "POST" and request.headers.get("origin", request.origin) not in (
            request.origin,
            "null",
        ):
            # Another site's form.
            return Answer(403, b"", {"Content-Type": "text/plain"})
        form = decoded(request.body.decode(errors="replace")) if request.method == "POST" else {}
        shown = self._pages.answer(request.path, form)
        headers = {**_PAGE_HEADERS, **({"Location": shown.location} if shown.location else {})}
        return Answer(shown.status, shown.html.encode(), headers)

    def _obey(self, request: Request) -> Answer:
        try:
            self._check_key(request)
            told = json.loads(request.body or b"{}")
            with self._store.change():
                return _json(200, self._control.answer(request.path.removeprefix("/_control/"), told))
        except ApiError as error:
            return _json(error.status, error.body)
        except ValueError as error:
            return _json(400, ApiError(str(error)).body)

    def _check_key(self, request: Request) -> None:
        if request.headers.get("authorization") != f"Bearer {self.settings.api_key}":
            raise ApiError("Invalid API Key provided.", status=401)

    # The API

    def _with_faults(self, request: Request) -> Answer:
        fault = self._faults.next(request.path) or Fault("")
        if fault.how == "down":
            return Answer(hang_up=True)
        if fault.how == "error":
            return _json(500, ApiError("An unknown error occurred.", kind="api_error").body)
        if fault.how == "limited":
            return _json(429, ApiError("Too many requests.", code="rate_limit").body)
        key = request.headers.get("idempotency-key", "")
        key = f"{request.headers.get('stripe-account', '')} {key}" if key else ""
        with self._lock:
            if key and key in self._under_way:
                message = "There is currently another in-progress request using this Idempotency Key."
                return _json(409, ApiError(message, code="idempotency_key_in_use").body)
            self._under_way.add(key)
        try:
            answer = self._once(request, key)
            if fault.how == "slow":
                time.sleep(fault.seconds)
            answer.hang_up = fault.how == "lost"
            return answer
        finally:
            with self._lock:
                self._under_way.discard(key)

    def _once(self, request: Request, key: str) -> Answer:
        """Do what is asked, or give the answer that was given under the same key before; one key is for one request."""
        asked = hashlib.sha256(
            b"\n".join((request.method.encode(), request.path.encode(), request.body))
        ).hexdigest()
        try:
            with self._store.change():
                before = self._store.answered(key) if key else None
                if before and before[0] != asked:
                    message = (
                        "Keys for idempotent requests can only be used with the same parameters they were first used "
                        f"with. Try using a key other than '{key.strip()}' if you meant to execute a different request."
                    )
                    raise ApiError(message, kind="idempotency_error")
                if before:
                    return Answer(before[1], before[2].encode(), {**_JSON, "Idempotent-Replayed": "true"})
                answer = self._call(request)
                if key:
                    self._store.remember(key, asked, answer.status, answer.body.decode())
                return answer
        except ApiError as error:
            # As at Stripe, what was not begun is not remembered.
            return _json(error.status, error.body)

    def _call(self, request: Request) -> Answer:
        self._check_key(request)
        text = request.body.decode(errors="replace") if request.method == "POST" else request.query
        call = Call(decoded(text), request.headers.get("stripe-account", ""), request.origin)
        return _json(200, self._api.answer(request.method, request.path, call))


_JSON = {"Content-Type": "application/json"}


def _json(status: int, body: object) -> Answer:
    return Answer(status, json.dumps(body).encode(), {**_JSON, "Request-Id": f"req_{time.time_ns()}"})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # What is written of an answer goes out at once.
    disable_nagle_algorithm = True
    server: "Server"

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        parts = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=parts.path,
            query=parts.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        answer = self.server.stand_in.answer(request)
        if answer.hang_up:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    do_GET = do_POST = do_DELETE = do_HEAD = _answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: what goes wrong is an answer."""


class Server(ThreadingHTTPServer):
    """Listens on loopback alone."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, settings: Settings) -> None:
        super().__init__(("127.0.0.1", settings.port), _Handler)
        self.stand_in = StandIn(settings)
        self.stand_in.events.start()
