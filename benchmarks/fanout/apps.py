"""The servers that are compared: each sends every socket what is published to the group `FANOUT_GROUP`.

Started by benchmarks.fanout.run as `daphne benchmarks.fanout.apps:hub`, `uvicorn …:plain`, or, for `broadcast`, as a module.
"""

import os
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.fanout.settings")
django.setup()

from channels.generic.websocket import AsyncWebsocketConsumer  # noqa: E402  (needs the settings)
from channels.routing import ProtocolTypeRouter  # noqa: E402

from rooms.live.hub import hub_of_this_loop  # noqa: E402
from rooms.live.socket import Socket  # noqa: E402
from rooms.live.wire import Frame  # noqa: E402

GROUP = "fanout"
READY = '{"type":"ready"}'


async def _hub(scope: Any, receive: Any, send: Any) -> None:
    """Our hub, without what stands before it (who it is, the snapshot)."""
    await receive()
    await send({"type": "websocket.accept"})
    socket = Socket(send, user_id=None, abandon=lambda: None)
    hub = hub_of_this_loop()
    await hub.attach(socket)
    await hub.subscriptions.join(socket, GROUP, confirm=True)
    socket.deliver(Frame(READY))
    while (await receive())["type"] != "websocket.disconnect":
        pass
    await hub.detach(socket)


class Plain(AsyncWebsocketConsumer):
    """Channels as its tutorial has it: one channel per consumer, in a group."""

    async def connect(self) -> None:
        """Join the group."""
        await self.accept()
        await self.channel_layer.group_add(GROUP, self.channel_name)
        await self.send(text_data=READY)

    async def hub_frame(self, message: dict[str, Any]) -> None:
        """Pass a frame on."""
        await self.send(text_data=message["text"])

    async def disconnect(self, code: int) -> None:
        """Leave the group."""
        await self.channel_layer.group_discard(GROUP, self.channel_name)


hub = ProtocolTypeRouter({"websocket": _hub})
plain = ProtocolTypeRouter({"websocket": Plain.as_asgi()})
