"""The socket under the real web servers, over real connections."""

import asyncio
import contextlib
import socket as sockets
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import orjson
import pytest
from channels.layers import get_channel_layer
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from spaces_project.lib import broadcast
from tests.live.servers import Served, Site

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def site() -> Site:
    """One database for all tests here."""
    return Site()


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def server(request: pytest.FixtureRequest, site: Site) -> Iterator[Served]:
    """The site, served by each server in turn; whatever clients do, nothing breaks there."""
    with site.serve(request.param, SOCKET_PING_SECONDS="1") as served:
        yield served
        assert "Traceback" not in served.log, served.log


@pytest.fixture
async def open_socket(server: Served) -> AsyncIterator[Open]:
    """`await open_socket()` is a guest's connection that has been welcomed."""
    async with contextlib.AsyncExitStack() as stack:

        async def opened(*, welcome: bool = True, **options: Any) -> ClientConnection:
            options = {"origin": f"http://{server.host}", "ping_interval": None, "close_timeout": 1} | options
            connection = await connect(f"ws://{server.host}/ws/", **options)
            stack.push_async_callback(connection.close)
            if welcome:
                assert orjson.loads(await connection.recv())["type"] == "welcome"
            return connection

        yield opened


async def watch(connection: ClientConnection, space: str) -> dict[str, Any]:
    """Watch and return the snapshot frame."""
    command = {"type": "space.watch", "ref": "1", "data": {"space": space}}
    await connection.send(orjson.dumps(command).decode())
    found: dict[str, dict[str, Any]] = {}
    # Ticks and pings may come in between.
    while "reply" not in found:
        frame = orjson.loads(await connection.recv())
        found[frame["type"]] = frame
    assert found["reply"]["ok"], found
    return found["space.snapshot"]


async def publish(space: str, seq: int) -> None:
    """Say something to everybody in the Space."""
    layer: Any = get_channel_layer()
    group = broadcast.space_group(space)
    data = {"user": "1", "muted": bool(seq % 2), "by_host": False}
    frame = {"type": "stage.muted", "space": space, "seq": seq, "data": data}
    await layer.group_send(group, broadcast.message(group, frame))


async def code_of_close(connection: ClientConnection) -> int:
    """Read until the server closes, and return with which code."""
    try:
        async with asyncio.timeout(15):
            while True:
                await connection.recv()
    except ConnectionClosed:
        assert connection.close_code is not None
        return connection.close_code


async def events(connection: ClientConnection, number: int) -> list[int]:
    """The seqs of so many events; pings are answered."""
    found: list[int] = []
    while len(found) < number:
        frame = orjson.loads(await connection.recv())
        if frame["type"] == "ping":
            await connection.send(orjson.dumps({"type": "pong", "data": frame["data"]}).decode())
        elif frame["type"] == "stage.muted":
            found.append(frame["seq"])
    return found


@pytest.mark.parametrize("origin", [None, "null", "http://evil.example"])
async def test_a_foreign_page_learns_the_close_code(open_socket: Open, origin: str | None) -> None:
    connection = await open_socket(welcome=False, origin=origin)
    assert await code_of_close(connection) == 4403


async def test_another_path_is_refused(server: Served) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await connect(f"ws://{server.host}/elsewhere/", origin=f"http://{server.host}")
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("x" * (64 * 1024 + 1), 4409),
        ("x" * (900 * 1024), 4409),
        ("x" * (17 * 1024 * 1024), 1009),
        (b"binary", 4409),
        (["x" * 40_000, "x" * 40_000], 4409),
    ],
    ids=["64 KiB and one", "900 KiB", "17 MiB", "binary", "in two fragments"],
)
async def test_too_large_and_binary_frames_get_a_close_code(open_socket: Open, data: Any, code: int) -> None:
    connection = await open_socket()
    with contextlib.suppress(ConnectionClosed):
        await connection.send(data)
    assert await code_of_close(connection) == code


async def test_ten_bad_frames_get_a_close_code(open_socket: Open) -> None:
    connection = await open_socket()
    for _ in range(10):
        await connection.send("{")
    assert await code_of_close(connection) == 4400


async def test_compression_changes_nothing(open_socket: Open, server: Served) -> None:
    """Browsers offer it; the hub's frames go uncompressed all the same."""
    connection = await open_socket(compression="deflate")
    seq = (await watch(connection, server.space))["seq"]
    for number in range(1, 6):
        await publish(server.space, seq + number)
    assert await events(connection, 5) == [seq + number for number in range(1, 6)]


async def test_who_answers_no_ping_is_closed(open_socket: Open) -> None:
    connection = await open_socket()
    assert await code_of_close(connection) == 4408


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", ["daphne", "uvicorn"])
async def test_a_thousand_sockets_get_twenty_frames_each_in_order(site: Site, name: str) -> None:
    with site.serve(name) as served:
        async with contextlib.AsyncExitStack() as stack:
            connections: list[ClientConnection] = []

            async def join() -> None:
                connection = await connect(
                    f"ws://{served.host}/ws/",
                    origin=f"http://{served.host}",
                    compression=None,
                    ping_interval=None,
                )
                stack.push_async_callback(connection.close)
                await watch(connection, served.space)
                connections.append(connection)

            for _ in range(20):
                await asyncio.gather(*(join() for _ in range(50)))
            getting = [asyncio.ensure_future(events(one, 20)) for one in connections]
            for number in range(1, 21):
                await publish(served.space, number)
            async with asyncio.timeout(60):
                got = await asyncio.gather(*getting)
            assert got == [list(range(1, 21))] * 1000
        assert "Traceback" not in served.log


@pytest.mark.parametrize("name", ["daphne", "uvicorn"])
async def test_what_is_no_utf8_gets_a_close_code(site: Site, name: str) -> None:
    """uvicorn writes a traceback of its own into the log."""
    with site.serve(name) as served:
        async with connect(f"ws://{served.host}/ws/", origin=f"http://{served.host}") as connection:
            await connection.send(b"\xff\xfe", text=True)
            assert await code_of_close(connection) == 1007


async def test_a_socket_that_does_not_read_delays_no_other(open_socket: Open, server: Served) -> None:
    """Its own buffers and its queue fill up, and it is closed; the others get every frame."""
    slow = sockets.create_connection(("127.0.0.1", server.port))
    slow.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    slow.sendall(
        f"GET /ws/ HTTP/1.1\r\nHost: {server.host}\r\nOrigin: http://{server.host}\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
    )
    with slow:
        assert await asyncio.to_thread(slow.recv, 12) == b"HTTP/1.1 101"
        command = orjson.dumps({"type": "space.watch", "ref": "1", "data": {"space": server.space}})
        mask = b"\x00\x00\x00\x00"
        slow.sendall(bytes([0x81, 0x80 | len(command)]) + mask + command)
        reader = await open_socket()
        await watch(reader, server.space)
        layer: Any = get_channel_layer()
        group = broadcast.space_group(server.space)
        filler = {
            "type": "hub.frame",
            "group": group,
            "kind": "x",
            "seq": 0,
            "text": '"' + "x" * 60_000 + '"',
        }

        async def big_frame() -> None:
            while len(text := await reader.recv()) < 60_000:
                if (frame := orjson.loads(text))["type"] == "ping":
                    await reader.send(orjson.dumps({"type": "pong", "data": frame["data"]}).decode())

        # One after the other, so that the one who reads is never behind.
        for _ in range(200):
            await layer.group_send(group, filler)
            await asyncio.wait_for(big_frame(), 20)
        # 12 MB were for it: it holds what the kernel took, and is cut off.
        slow.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 1 << 20)
        slow.settimeout(20)
        got = b""
        with contextlib.suppress(ConnectionError):
            while piece := await asyncio.to_thread(slow.recv, 1 << 20):
                got += piece
        assert len(got) < 12_000_000


@pytest.mark.parametrize("name", ["daphne", "uvicorn"])
async def test_a_server_that_stops_says_so(site: Site, name: str) -> None:
    with site.serve(name) as served:
        origin = f"http://{served.host}"
        connection = await connect(f"ws://{served.host}/ws/", origin=origin, ping_interval=None)
        assert orjson.loads(await connection.recv())["type"] == "welcome"
        stopping = asyncio.ensure_future(asyncio.to_thread(served.service.stop))
        assert await code_of_close(connection) == 1012
        await stopping
        assert "Traceback" not in served.log
