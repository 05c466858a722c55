"""How a frame gets from here to one client, for each web server.

The ASGI way, `await send({...})`, is right everywhere (`AsgiWire`). For a frame that goes to thousands of sockets it costs
the same work thousands of times: a header, a compression, a coroutine. A server's frames are not masked, so the
bytes are the same for every client, and may be left uncompressed whatever was negotiated (RFC 6455 §5.1, RFC 7692 §6):
where the server's connection is one that we know, those bytes are written to its transport as they are (benchmarks/fanout
has the figures).

A wire that is not `ready` has had more written to it than the client reads. It says so by `on_ready` when it is ready again.
"""

import asyncio
import functools
import logging
import socket
import struct
import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator
from typing import Any

logger = logging.getLogger(__name__)

Send = Callable[[dict[str, Any]], Awaitable[None]]

# How long a client that does not read may take for its close frame before the connection is cut.
CLOSE_SECONDS = 5.0
# How long a server that stops gives its close frames to leave.
_FLUSH_SECONDS = 0.2


class Frame:
    """A text frame: encoded once by its sender, and framed once in each process."""

    __slots__ = ("_wire", "size", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._wire: bytes | None = None
        self.size = len(text)

    @property
    def wire(self) -> bytes:
        """The bytes of an unfragmented, unmasked, uncompressed websocket text message."""
        if self._wire is None:
            payload = self.text.encode()
            length = len(payload)
            if length < 126:
                header = struct.pack("!BB", 0x81, length)
            elif length < 1 << 16:
                header = struct.pack("!BBH", 0x81, 126, length)
            else:
                header = struct.pack("!BBQ", 0x81, 127, length)
            self._wire = header + payload
        return self._wire


class AsgiWire:
    """Any ASGI server."""

    __slots__ = ("_on_gone", "_on_ready", "_send", "_task", "ready")

    def __init__(self, send: Send, on_ready: Callable[[], None], on_gone: Callable[[], None]) -> None:
        self._send = send
        self._on_ready = on_ready
        self._on_gone = on_gone
        self._task: asyncio.Task[None] | None = None
        self.ready = True

    def write(self, frame: Frame) -> None:
        """Send the frame; only when `ready`."""
        self._start({"type": "websocket.send", "text": frame.text})

    def close(self, code: int) -> None:
        """Close the connection, also one whose client does not read."""
        message = {"type": "websocket.close", "code": code}
        if self._task is None:
            self._start(message)
        else:
            self._task.cancel()
            self._task = asyncio.ensure_future(self._close_anyway(message))

    def _start(self, message: dict[str, Any]) -> None:
        """Run `send` as far as it goes: to its end, unless the client's buffers are full. A task is made only then."""
        sending: Coroutine[Any, Any, None] = self._send(message)  # type: ignore[assignment]
        try:
            waits_for = sending.send(None)
        except StopIteration:
            return
        except Exception as error:
            # The client is gone; the server tells the consumer.
            logger.debug("Could not write: %s", error)
            return
        self.ready = False
        self._task = asyncio.ensure_future(self._finish(_Resumed(sending, waits_for)))

    async def _finish(self, rest: Awaitable[None]) -> None:
        try:
            await rest
        except Exception as error:
            logger.debug("Could not write: %s", error)
        self._task = None
        self.ready = True
        self._on_ready()

    async def _close_anyway(self, message: dict[str, Any]) -> None:
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._send(message)
        except Exception as error:
            logger.debug("Could not close: %s", error)
            self._on_gone()


class _Resumed:
    """Awaits a coroutine that has been started by hand, from the future it waits for."""

    def __init__(self, coroutine: Coroutine[Any, Any, None], waits_for: Any) -> None:
        self._coroutine = coroutine
        self._waits_for = waits_for

    def __await__(self) -> Generator[Any, Any, None]:
        waits_for = self._waits_for
        while True:
            try:
                sent = yield waits_for
            except BaseException as error:
                step: Callable[[], Any] = functools.partial(self._coroutine.throw, error)
            else:
                step = functools.partial(self._coroutine.send, sent)
            try:
                waits_for = step()
            except StopIteration:
                return


class DaphneWire:
    """daphne's websocket connection, which buffers without end: Twisted's producer interface says when it is too much.

    Twisted writes a buffered frame when its loop comes round, after asking epoll for each socket twice; with 5,000 sockets
    that took ten times as long as to write at once to those that have nothing buffered (benchmarks/fanout).
    """

    __slots__ = ("_at_once", "_on_ready", "_protocol", "ready")

    def __init__(self, protocol: Any, on_ready: Callable[[], None]) -> None:
        self._protocol = protocol
        self._on_ready = on_ready
        self.ready = True
        transport = protocol.transport
        tcp = sys.modules["twisted.internet.tcp"]
        # Not through TLS, whose bytes are others, nor to another kind of transport.
        self._at_once = isinstance(transport, tcp.Connection) and not transport.TLS
        # Until now the producer is the HTTP channel of the handshake, which has nothing to say any more.
        transport.unregisterProducer()
        transport.registerProducer(self, True)

    def write(self, frame: Frame) -> None:
        """Send the frame; only when `ready`."""
        if self._protocol.state != self._protocol.STATE_OPEN:
            return
        transport, data = self._protocol.transport, frame.wire
        if not self._at_once or transport.dataBuffer or transport._tempDataBuffer:
            transport.write(data)
            return
        sent = transport.writeSomeData(data)
        if sent != len(data):
            # Not all of it, or an error, which the transport meets again by itself.
            transport.write(data[sent:] if isinstance(sent, int) else data)

    def close(self, code: int) -> None:
        """Close the connection; autobahn cuts it a second later if the client does not answer."""
        # Not sendClose(), which will not say 1011 or 1012.
        self._protocol.sendCloseFrame(code=code)

    def pauseProducing(self) -> None:  # noqa: N802  (Twisted's name)
        """The client does not read what has been written."""
        self.ready = False

    def resumeProducing(self) -> None:  # noqa: N802
        """The client has read it."""
        self.ready = True
        self._on_ready()

    def stopProducing(self) -> None:  # noqa: N802
        """The connection is gone."""
        self.ready = False


class UvicornWire:
    """uvicorn's connection (`--ws websockets-sansio`, its default)."""

    __slots__ = ("_on_ready", "_protocol", "_task", "ready")

    def __init__(self, protocol: Any, on_ready: Callable[[], None]) -> None:
        self._protocol = protocol
        self._on_ready = on_ready
        self._task: asyncio.Task[None] | None = None
        self.ready = True

    def write(self, frame: Frame) -> None:
        """Send the frame; only when `ready`."""
        protocol = self._protocol
        if protocol.close_sent or protocol.disconnected:
            return
        protocol.transport.write(frame.wire)
        if not protocol.writable.is_set():
            self.ready = False
            self._task = asyncio.ensure_future(self._wait())

    def close(self, code: int) -> None:
        """Close the connection; it is cut when the client does not take the close frame."""
        protocol = self._protocol
        if self._task is not None:
            self._task.cancel()
        if protocol.close_sent or protocol.disconnected:
            return
        # As uvicorn's own send() does, which would wait here until a slow client has read everything.
        protocol.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": ""})
        protocol.conn.send_close(code)
        protocol.transport.write(b"".join(protocol.conn.data_to_send()))
        protocol.close_sent = True
        if protocol.read_paused:
            # The client's answer to the close has to be read.
            protocol.read_paused = False
            protocol.transport.resume_reading()
        protocol.close_timer = asyncio.get_running_loop().call_later(CLOSE_SECONDS, self._cut)

    def _cut(self) -> None:
        # With a reset, as Twisted does: else the kernel would go on offering megabytes to a client that does not read.
        transport = self._protocol.transport
        if (connection := transport.get_extra_info("socket")) is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()

    async def _wait(self) -> None:
        await self._protocol.writable.wait()
        self._task = None
        self.ready = True
        self._on_ready()


def before_shutdown(goodbye: Callable[[], None]) -> Callable[[], None]:
    """Have `goodbye` called when the web server is about to stop; returns what takes that back.

    uvicorn tells its clients by itself. daphne cancels its applications, but not when a request has ended in the last
    second (its `kill_all_applications` then fails with KeyError), so that its reactor is asked.
    """
    reactor = sys.modules.get("twisted.internet.reactor")
    if reactor is None or not reactor.running:
        return lambda: None
    deferred = sys.modules["twisted.internet.defer"].Deferred

    def stopping() -> Any:
        goodbye()
        return deferred.fromFuture(asyncio.ensure_future(asyncio.sleep(_FLUSH_SECONDS)))

    trigger = reactor.addSystemEventTrigger("before", "shutdown", stopping)
    return lambda: reactor.removeSystemEventTrigger(trigger)


Wire = AsgiWire | DaphneWire | UvicornWire


def code_every_close(send: Send) -> None:
    """What the server itself refuses (frames above 1 MiB, text that is no UTF-8) is to be closed with a code, not dropped.

    Call it before the connection is accepted.
    """
    if (protocol := _daphne_protocol(send)) is not None:
        protocol.failByDrop = False


def wire_for(send: Send, on_ready: Callable[[], None], on_gone: Callable[[], None]) -> Wire:
    """The wire for the server that `send` belongs to; call it once the connection is accepted.

    `on_ready()` is called when the wire can be written to again, `on_gone()` when a close had to be given up.
    """
    if (protocol := _daphne_protocol(send)) is not None and hasattr(protocol.transport, "unregisterProducer"):
        return DaphneWire(protocol, on_ready)
    uvicorn = sys.modules.get("uvicorn.protocols.websockets.websockets_sansio_impl")
    if uvicorn:
        owner = getattr(send, "__self__", None)
        if isinstance(owner, uvicorn.WebSocketsSansIOProtocol):
            return UvicornWire(owner, on_ready)
    return AsgiWire(send, on_ready, on_gone)


def _daphne_protocol(send: Send) -> Any | None:
    """daphne's connection behind `send`, if it is daphne's."""
    # Looked up, not imported: what is not loaded is not the server that called us.
    daphne = sys.modules.get("daphne.ws_protocol")
    if daphne and isinstance(send, functools.partial) and send.args:
        protocol = send.args[0]
        if isinstance(protocol, daphne.WebSocketProtocol):
            return protocol
    return None
