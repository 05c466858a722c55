"""What one slow, silent or vanished client does to its own socket, and to no other."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from rooms.live.limits import TokenBucket
from rooms.live.socket import Socket
from rooms.live.wire import AsgiWire, Frame


class Server:
    """An ASGI server's `send` for one client, which may stop reading."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.code = 0
        self.reads = asyncio.Event()
        self.reads.set()
        self.error: Exception | None = None
        self.abandoned = False

    async def send(self, message: dict[str, Any]) -> None:
        """As uvicorn does: wait until the client's buffers have room."""
        await self.reads.wait()
        if self.error:
            raise self.error
        if message["type"] == "websocket.close":
            self.code = message["code"]
        else:
            self.sent.append(message["text"])

    def abandon(self) -> None:
        """The consumer is ended."""
        self.abandoned = True


@pytest.fixture
async def server() -> Server:
    """A server whose client reads."""
    return Server()


@pytest.fixture
async def socket(server: Server) -> Socket:
    """The socket of that client."""
    return Socket(server.send, user_id=None, abandon=server.abandon)


async def until(condition: Callable[[], bool]) -> None:
    """Let others run until something is so."""
    async with asyncio.timeout(10):
        while not condition():
            await asyncio.sleep(0)


@pytest.mark.parametrize("text", ["", "short", "é" * 60, "x" * 125, "x" * 126, "x" * 65_535, "x" * 65_536])
def test_the_bytes_on_the_wire_are_a_websocket_frame(text: str) -> None:
    """Read by another implementation of RFC 6455."""
    from websockets.frames import Opcode
    from websockets.protocol import CLIENT, OPEN, Protocol

    client = Protocol(CLIENT, state=OPEN)
    client.receive_data(Frame(text).wire)
    (frame,) = client.events_received()
    assert (frame.opcode, frame.fin, frame.rsv1, frame.data.decode()) == (Opcode.TEXT, True, False, text)


async def test_a_client_that_reads_is_written_to_at_once(server: Server, socket: Socket) -> None:
    for number in range(100):
        socket.deliver(Frame(str(number)))
    assert server.sent == [str(number) for number in range(100)]


async def test_what_a_slow_client_missed_comes_in_order(server: Server, socket: Socket) -> None:
    socket.deliver(Frame("0"))
    server.reads.clear()
    for number in range(1, 100):
        socket.deliver(Frame(str(number)))
    assert server.sent == ["0"]
    server.reads.set()
    await until(lambda: len(server.sent) == 100)
    socket.deliver(Frame("100"))
    assert server.sent == [str(number) for number in range(101)]


async def test_too_slow_a_client_is_closed(server: Server, socket: Socket, settings: Any) -> None:
    server.reads.clear()
    frame = Frame("x" * 1024)
    for _ in range(settings.SOCKET_OUTBOX_BYTES // 1024 + 1):
        socket.deliver(frame)
    assert socket.close_code == 0
    socket.deliver(frame)
    assert socket.close_code == 4408
    socket.deliver(frame)
    server.reads.set()
    await until(lambda: server.code == 4408)
    assert server.sent == []
    assert not server.abandoned


async def test_a_client_that_takes_not_even_the_close_is_abandoned(
    server: Server, socket: Socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rooms.live.wire.CLOSE_SECONDS", 0.01)
    server.reads.clear()
    socket.deliver(Frame("x"))
    socket.close(4408)
    await until(lambda: server.abandoned)


async def test_a_client_that_has_vanished_harms_nobody(server: Server, socket: Socket) -> None:
    server.error = OSError("gone")
    socket.deliver(Frame("x"))
    server.reads.clear()
    socket.deliver(Frame("y"))
    server.reads.set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    socket.close(1000)
    assert server.sent == []


async def test_the_first_close_counts(server: Server, socket: Socket) -> None:
    socket.close(4429)
    socket.close(4408)
    socket.deliver(Frame("x"))
    assert (server.code, server.sent) == (4429, [])


async def test_pings_that_are_answered_keep_the_socket_open(server: Server, socket: Socket) -> None:
    for n in range(1, 10):
        socket.ping(n, Frame(f"ping {n}"), now=20.0 * n, timeout=40)
        socket.pong(n)
    assert socket.close_code == 0
    assert len(server.sent) == 9


async def test_an_answer_may_be_one_ping_late(socket: Socket) -> None:
    for n in range(1, 10):
        socket.ping(n, Frame(f"ping {n}"), now=20.0 * n, timeout=40)
        socket.pong(n - 1)
    assert socket.close_code == 0


@pytest.mark.parametrize("answers", [(), (0,), (99,), (1, 1)])
async def test_without_an_answer_for_two_rounds_the_socket_is_closed(
    socket: Socket, answers: tuple[int, ...]
) -> None:
    socket.ping(1, Frame("ping 1"), now=20, timeout=40)
    if answers == (1, 1):
        socket.pong(1)
        socket.ping(2, Frame("ping 2"), now=40, timeout=40)
    for n in answers:
        socket.pong(n)
    last = 40 if answers == (1, 1) else 20
    socket.ping(3, Frame("ping 3"), now=last + 20, timeout=40)
    assert socket.close_code == 0
    socket.ping(4, Frame("ping 4"), now=last + 40, timeout=40)
    assert socket.close_code == 4408


async def test_a_wire_passes_on_what_its_send_waits_for_twice() -> None:
    """A send that waits more than once is carried on to its end."""
    gates = [asyncio.Event(), asyncio.Event()]
    done: list[str] = []

    async def send(message: dict[str, Any]) -> None:
        for gate in gates:
            await gate.wait()
        done.append(message["text"])

    ready: list[bool] = []
    wire = AsgiWire(send, lambda: ready.append(True), lambda: None)
    wire.write(Frame("x"))
    assert not wire.ready
    for gate in gates:
        assert not done
        gate.set()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    await until(lambda: bool(ready))
    assert done == ["x"]
    assert wire.ready


async def test_a_bucket_lets_a_burst_through_and_then_so_many_a_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = asyncio.get_running_loop()
    bucket = TokenBucket(burst=5, per_second=2)
    begin = bucket._at
    monkeypatch.setattr(loop, "time", lambda: begin)
    assert [bucket.take() for _ in range(6)] == [True] * 5 + [False]
    monkeypatch.setattr(loop, "time", lambda: begin + 1)
    assert [bucket.take() for _ in range(3)] == [True, True, False]
    monkeypatch.setattr(loop, "time", lambda: begin + 1000)
    assert [bucket.take() for _ in range(6)] == [True] * 5 + [False]
