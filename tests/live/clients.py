"""A client of the websocket inside the test's own event loop: what it sends reaches the application, without a server."""

import asyncio
from typing import Any

import orjson
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from accounts.models import User
from rooms.live.protocol import check_server_frame
from spaces_project.asgi import application

ORIGIN = b"http://testserver"
SECONDS = 10.0


class Closed(Exception):
    """The server has closed the socket."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def cookie_of(user: User) -> bytes:
    """The Cookie header of a browser in which `user` is signed in."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}".encode()


class SocketClient:
    """One websocket. Every frame it gets is checked against the protocol."""

    def __init__(self, *, headers: list[tuple[bytes, bytes]], query: bytes = b"", path: str = "/ws/") -> None:
        scope = {
            "type": "websocket",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query,
            "headers": headers,
            "subprotocols": [],
        }
        self._communicator = ApplicationCommunicator(application, scope)
        self._ref = 0
        self.unread: list[dict[str, Any]] = []

    async def open(self) -> dict[str, Any]:
        """Connect and return the data of `welcome`. Raises Closed."""
        await self._communicator.send_input({"type": "websocket.connect"})
        opened = await self._communicator.receive_output(SECONDS)
        if opened["type"] == "websocket.close":
            raise Closed(opened.get("code", 1000))
        assert opened["type"] == "websocket.accept"
        return (await self.next("welcome"))["data"]

    async def send_text(self, text: str) -> None:
        """Send text as it is."""
        await self._communicator.send_input({"type": "websocket.receive", "text": text})

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary frame."""
        await self._communicator.send_input({"type": "websocket.receive", "bytes": data})

    async def send(self, type: str, **data: Any) -> str:
        """Send a command and return its ref."""
        self._ref += 1
        ref = str(self._ref)
        await self.send_text(orjson.dumps({"type": type, "ref": ref, "data": data}).decode())
        return ref

    async def ask(self, type: str, **data: Any) -> dict[str, Any]:
        """Send a command and return its reply, whole."""
        ref = await self.send(type, **data)
        return await self.next("reply", ref=ref)

    async def next(self, *types: str, ref: str | None = None) -> dict[str, Any]:
        """The next frame of one of these types, read or not; frames of others are kept in `unread`. Raises Closed."""
        for frame in self.unread:
            if frame["type"] in types and (ref is None or frame.get("ref") == ref):
                self.unread.remove(frame)
                return frame
        async with asyncio.timeout(SECONDS):
            while True:
                frame = await self.receive()
                if frame["type"] in types and (ref is None or frame.get("ref") == ref):
                    return frame
                self.unread.append(frame)

    async def receive(self) -> dict[str, Any]:
        """The next frame off the wire, whatever it is. Raises Closed."""
        message = await self._communicator.receive_output(SECONDS)
        if message["type"] == "websocket.close":
            raise Closed(message.get("code", 1000))
        assert message["type"] == "websocket.send"
        check_server_frame(message["text"])
        frame: dict[str, Any] = orjson.loads(message["text"])
        return frame

    async def quiet(self) -> list[dict[str, Any]]:
        """What is there after all that has been sent so far has been worked off: the server answers in order."""
        ref = await self.send("space.unwatch", space="00000000-0000-7000-8000-000000000000")
        reply = await self.next("reply", ref=ref)
        assert reply["ok"]
        return self.unread

    async def closed(self) -> int:
        """Wait for the server to close the socket and return the code."""
        try:
            async with asyncio.timeout(SECONDS):
                while True:
                    await self.receive()
        except Closed as closed:
            return closed.code

    async def close(self) -> None:
        """Hang up, and wait for the consumer's end; an error in it is raised."""
        await self._communicator.send_input({"type": "websocket.disconnect", "code": 1000})
        async with asyncio.timeout(SECONDS):
            await self._communicator.future
