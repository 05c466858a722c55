"""LiveKit hands out tokens of its own to whoever is connected: they carry the rights of the moment, and live longer.

They are why rights in a token are never trusted: the database decides, and a round of reconciliation corrects.
"""

from collections.abc import Iterator

import aiohttp
import jwt
import pytest
from django.conf import settings
from livekit.protocol.rtc import SignalResponse

from rooms.audio import sfu
from rooms.models import Participation, Role
from rooms.services.audio import audio_connected
from rooms.services.joining import space_join
from rooms.services.reconcile import reconcile_live_spaces
from tests.plugins.service import wait_until

pytestmark = [pytest.mark.livekit]


class Signalling:
    """A bare signalling connection, which keeps the tokens that LiveKit sends on it."""

    def __init__(self, background, token):
        self._background = background
        self.joined = False
        self.tokens = []
        self._task = background.start(self._listen(token))

    async def _listen(self, token):
        parameters = {"access_token": token, "protocol": "15", "auto_subscribe": "1", "sdk": "python"}
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(f"{settings.LIVEKIT_WS_URL}/rtc", params=parameters) as socket,
        ):
            async for message in socket:
                answer = SignalResponse()
                answer.ParseFromString(message.data)
                self.joined = self.joined or answer.HasField("join")
                if answer.WhichOneof("message") == "refresh_token":
                    self.tokens.append(answer.refresh_token)

    def close(self):
        self._background.stop(self._task)


@pytest.fixture
def signalling(background) -> Iterator:
    opened = []

    def new(token):
        opened.append(Signalling(background, token))
        wait_until(lambda: opened[-1].joined, "LiveKit lets in")
        return opened[-1]

    yield new
    for one in opened:
        one.close()


@pytest.mark.parametrize("fate", ["demoted", "removed"])
def test_a_refreshed_token_gives_nobody_back_what_was_taken(fate, space, host, signalling, person, now, at):
    joined = space_join(space=space, user=host, now=now)
    line = signalling(joined.audio.token)
    audio_connected(space=space, user=host, connection=joined.participation.connection)

    def publishing():
        return [
            token
            for token in line.tokens
            if jwt.decode(token, options={"verify_signature": False})["video"].get("canPublish")
        ]

    wait_until(lambda: bool(publishing()), "LiveKit sends a token with the right to publish")
    kept = publishing()[-1]

    mine = Participation.objects.filter(space=space, user=host)
    mine.update(role=Role.LISTENER, removed_at=now if fate == "removed" else None)
    again = person().connect(kept)
    assert sfu.participant(space.audio_room, str(host.pk)).may_publish
    reconcile_live_spaces(now=at(1))
    if fate == "removed":
        wait_until(again.is_out, "the removed person is out")
    else:
        assert not sfu.participant(space.audio_room, str(host.pk)).may_publish
