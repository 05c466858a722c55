"""An app's way into Spaces, in Python: REST with a session token, the websocket, and sound.

It uses the public API alone (docs/protocol.md, /api/docs/), so it can be read as an example for apps.
"""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Callable
from types import TracebackType
from typing import Any, Self

import aiohttp

from rooms.demo.sound import Microphone, SoundRoom

REQUEST_SECONDS = 15.0


class Refused(Exception):
    """The server said no: `code` is the API's stable code, `status` HTTP's (0 on the socket)."""

    def __init__(self, code: str, message: str, status: int = 0) -> None:
        self.code, self.message, self.status = code, message, status
        super().__init__(f"{message} ({code})")


class SpacesClient:
    """One person's app. Use it as `async with SpacesClient(url) as client`."""

    def __init__(self, site_url: str) -> None:
        self.site_url = site_url.rstrip("/")
        self._http: aiohttp.ClientSession
        self._token = ""

    async def __aenter__(self) -> Self:
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=REQUEST_SECONDS))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.close()

    async def sign_in(self, handle: str, password: str) -> None:
        """Sign in as apps do (allauth's headless API). Raises Refused."""
        body = {"username": handle, "password": password}
        url = f"{self.site_url}/_allauth/app/v1/auth/login"
        async with self._http.post(url, json=body) as answer:
            found = await answer.json()
        if answer.status != 200:
            why = "; ".join(error["message"] for error in found.get("errors", ())) or str(answer.reason)
            raise Refused("sign_in", f"{handle} could not sign in: {why}", answer.status)
        self._token = found["meta"]["session_token"]

    async def request(self, method: str, path: str, **options: Any) -> Any:
        """Ask `/api/v1/{path}`; `json` and `params` as in aiohttp. Returns the body. Raises Refused."""
        headers = {"X-Session-Token": self._token} if self._token else {}
        url = f"{self.site_url}/api/v1/{path}"
        async with self._http.request(method, url, headers=headers, **options) as answer:
            body = await answer.json() if answer.content_type == "application/json" else {}
        if answer.status >= 400:
            code, message = body.get("code", "error"), body.get("message", str(answer.reason))
            raise Refused(code, message, answer.status)
        return body

    async def live_spaces(self, host: str) -> list[dict[str, Any]]:
        """The live Spaces of the host with this handle."""
        found = await self.request("GET", "spaces/", params={"state": "live", "host": host})
        return list(found["results"])

    async def start_space(self, title: str, **fields: Any) -> dict[str, Any]:
        """Put a new Space on air. Raises Refused (`space.already_live`, …)."""
        return dict(await self.request("POST", "spaces/", json={"title": title, **fields}))

    async def end_space(self, space: str) -> None:
        """End it for everybody."""
        await self.request("POST", f"spaces/{space}/end/")

    async def open_socket(self) -> "Socket":
        """Open the websocket with a one-time ticket. Raises Refused, aiohttp.ClientError."""
        ticket = (await self.request("POST", "socket-tickets/"))["ticket"]
        address = self.site_url.replace("http", "ws", 1) + "/ws/"
        connection = await self._http.ws_connect(address, params={"ticket": ticket})
        return Socket(connection)

    @contextlib.asynccontextmanager
    async def seat(self, space: str) -> AsyncIterator["Seat"]:
        """Join the Space, be present over the socket and connected to its sound, until the block ends."""
        joined = await self.request("POST", f"spaces/{space}/join/")
        seat = Seat(self, space, joined)
        try:
            await seat.enter()
            yield seat
        finally:
            await seat.leave()


class Socket:
    """The websocket: commands with answers, and the events that came."""

    def __init__(self, connection: aiohttp.ClientWebSocketResponse) -> None:
        self._connection = connection
        self._refs = itertools.count(1)
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._came = asyncio.Condition()
        self.events: list[dict[str, Any]] = []
        self.closed = asyncio.Event()
        self._reader = asyncio.create_task(self._read())

    async def command(self, type: str, **data: Any) -> dict[str, Any]:
        """Send a command and return its answer's data. Raises Refused, TimeoutError, ConnectionError."""
        ref = str(next(self._refs))
        answer = self._answers[ref] = asyncio.get_running_loop().create_future()
        await self._connection.send_json({"type": type, "ref": ref, "data": data})
        async with asyncio.timeout(REQUEST_SECONDS):
            reply = await answer
        if not reply["ok"]:
            raise Refused(reply["error"]["code"], reply["error"]["message"])
        return dict(reply.get("data") or {})

    async def event(self, fits: Callable[[dict[str, Any]], bool], timeout: float) -> dict[str, Any]:
        """Return the first event that `fits`, one that came before or the next one. Raises TimeoutError."""

        def found() -> dict[str, Any] | None:
            return next((event for event in self.events if fits(event)), None)

        async with asyncio.timeout(timeout), self._came:
            await self._came.wait_for(lambda: found() is not None)
        event = found()
        assert event is not None
        return event

    async def close(self) -> None:
        """Hang up."""
        await self._connection.close()
        await self._reader

    async def _read(self) -> None:
        try:
            async for message in self._connection:
                if message.type is aiohttp.WSMsgType.TEXT:
                    await self._take(message.json())
        finally:
            self.closed.set()
            for answer in self._answers.values():
                if not answer.done():
                    answer.set_exception(ConnectionError("the socket closed"))

    async def _take(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "ping":
            await self._connection.send_json({"type": "pong", "data": {"n": frame["data"]["n"]}})
        elif frame["type"] == "reply":
            answer = self._answers.pop(frame["ref"], None)
            if answer and not answer.done():
                answer.set_result(frame)
        else:
            async with self._came:
                self.events.append(frame)
                self._came.notify_all()


class Seat:
    """A place in a Space. `joined` is what `join` answered; `sound` is None where the server has no audio."""

    def __init__(self, client: SpacesClient, space: str, joined: dict[str, Any]) -> None:
        self._client = client
        self.space = space
        self.joined = joined
        self.connection: str = joined["connection"]
        self.socket: Socket | None = None
        self.sound: SoundRoom | None = None
        self.microphone: Microphone | None = None

    async def enter(self) -> None:
        """Be present, watch what happens, and connect to the sound. Raises Refused, NoSound."""
        await self.be_present()
        audio = self.joined["audio"]
        if audio:
            self.sound = SoundRoom()
            await self.sound.connect(audio["url"], audio["token"])
            await self.command("audio.connected", connection=self.connection)

    async def be_present(self) -> None:
        """Open a socket (again) and say that we listen there."""
        self.socket = await self._client.open_socket()
        await self.command("space.present", connection=self.connection)
        await self.command("space.watch")

    async def command(self, type: str, **data: Any) -> dict[str, Any]:
        """Send a command about this Space."""
        assert self.socket is not None
        return await self.socket.command(type, space=self.space, **data)

    async def unmute(self) -> Microphone:
        """Open the microphone and tell the others. Raises Refused, NoSound."""
        assert self.sound is not None
        self.microphone = await self.sound.publish()
        await self.command("mic.set", muted=False)
        return self.microphone

    async def event(self, type: str, *, timeout: float = 10.0) -> dict[str, Any]:
        """Return the first event of this type in this Space. Raises TimeoutError."""
        assert self.socket is not None
        return await self.socket.event(lambda event: self._is_ours(event) and event["type"] == type, timeout)

    async def leave(self) -> None:
        """Leave the Space and let go of everything; an ended Space or a lost server is no error."""
        with contextlib.suppress(Refused, aiohttp.ClientError, TimeoutError):
            body = {"connection": self.connection}
            await self._client.request("POST", f"spaces/{self.space}/leave/", json=body)
        await self.vanish()

    async def vanish(self) -> None:
        """Hang up without a goodbye."""
        if self.sound is not None:
            await self.sound.close()
        if self.microphone is not None:
            await self.microphone.close()
        if self.socket is not None:
            await self.socket.close()
        self.sound = self.microphone = self.socket = None

    def _is_ours(self, event: dict[str, Any]) -> bool:
        return event.get("space") == self.space
