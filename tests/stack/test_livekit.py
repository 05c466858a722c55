"""The audio server as we configure it: sound passes, webhooks arrive, and it survives being paused."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import timedelta

import httpx
import numpy as np
import pytest
from livekit import api, rtc

from tests.plugins.services import LiveKitServer

pytestmark = [pytest.mark.livekit]

RATE = 48_000
FRAME = RATE // 100


@pytest.fixture
async def livekit_api(livekit_server: LiveKitServer) -> AsyncIterator[api.LiveKitAPI]:
    async with api.LiveKitAPI(livekit_server.url, livekit_server.key, livekit_server.secret) as client:
        yield client


def _token(server: LiveKitServer, room: str, identity: str) -> str:
    grants = api.VideoGrants(room_join=True, room=room, can_publish=True, can_subscribe=True)
    token = api.AccessToken(server.key, server.secret).with_identity(identity).with_grants(grants)
    return token.with_ttl(timedelta(seconds=60)).to_jwt()


async def _speak(source: rtc.AudioSource) -> None:
    """Send a tone until cancelled."""
    tone = (np.sin(np.arange(FRAME) * 2 * np.pi * 400 / RATE) * 8000).astype(np.int16).tobytes()
    while True:
        await source.capture_frame(rtc.AudioFrame(tone, RATE, 1, FRAME))


async def test_what_one_says_another_hears(
    livekit_server: LiveKitServer, livekit_api: api.LiveKitAPI
) -> None:
    await livekit_api.room.create_room(api.CreateRoomRequest(name="stack-sound"))
    speaker, listener = rtc.Room(), rtc.Room()
    heard: asyncio.Future[rtc.RemoteAudioTrack] = asyncio.get_running_loop().create_future()
    listener.on("track_subscribed", lambda track, *_: heard.done() or heard.set_result(track))
    await listener.connect(livekit_server.ws_url, _token(livekit_server, "stack-sound", "listener"))
    await speaker.connect(livekit_server.ws_url, _token(livekit_server, "stack-sound", "speaker"))
    source = rtc.AudioSource(RATE, 1)
    await speaker.local_participant.publish_track(rtc.LocalAudioTrack.create_audio_track("mic", source))
    speaking = asyncio.create_task(_speak(source))
    try:
        stream = rtc.AudioStream(await asyncio.wait_for(heard, 20))
        async with asyncio.timeout(20):
            async for event in stream:
                if np.abs(np.frombuffer(event.frame.data, np.int16)).max() > 1000:
                    break
        await stream.aclose()
    finally:
        speaking.cancel()
        await asyncio.gather(speaking, return_exceptions=True)
        await speaker.disconnect()
        await listener.disconnect()


async def test_room_nobody_opened_cannot_be_joined(livekit_server: LiveKitServer) -> None:
    room = rtc.Room()
    with pytest.raises(rtc.ConnectError):
        await room.connect(livekit_server.ws_url, _token(livekit_server, "never-opened", "listener"))


async def _until_silent(client: httpx.AsyncClient, url: str) -> None:
    """Ask until no answer comes: a pause takes hold a moment after it was asked for."""
    while True:
        await client.get(url)


async def test_paused_server_answers_nothing_and_goes_on(livekit_server: LiveKitServer) -> None:
    async with httpx.AsyncClient(timeout=0.5) as client:
        with livekit_server.paused(), pytest.raises(httpx.TimeoutException):
            await _until_silent(client, livekit_server.url)
        assert (await client.get(livekit_server.url, timeout=30)).status_code == 200


async def test_stopped_server_refuses_and_comes_back(livekit_server: LiveKitServer) -> None:
    async with httpx.AsyncClient(timeout=5) as client:
        with livekit_server.stopped(), pytest.raises(httpx.ConnectError):
            await client.get(livekit_server.url)
        assert (await client.get(livekit_server.url)).status_code == 200


async def test_webhooks_go_to_the_address_given(livekit_server: LiveKitServer) -> None:
    called: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        await writer.drain()
        writer.close()
        if not called.done():
            called.set_result(request)

    hook = await asyncio.start_server(answer, "127.0.0.1", 0, family=socket.AF_INET)
    port = hook.sockets[0].getsockname()[1]
    await asyncio.to_thread(livekit_server.restart, webhook_url=f"http://127.0.0.1:{port}/hook/")
    try:
        async with api.LiveKitAPI(livekit_server.url, livekit_server.key, livekit_server.secret) as client:
            await client.room.create_room(api.CreateRoomRequest(name="stack-webhook"))
        request = await asyncio.wait_for(called, 20)
        assert request.startswith(b"POST /hook/")
        assert b"Authorization:" in request
    finally:
        await asyncio.to_thread(livekit_server.restart)
        hook.close()
