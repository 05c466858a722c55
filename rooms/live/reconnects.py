"""Notices that the layer's subscription was cut and made again: whatever was said in between is lost.

channels_redis subscribes again by itself and says nothing about it. redis-py has a callback for it on the connection, to
which channels_redis 4 gives no public way: `arm` goes through two of its private names, and does without where they are
not there (another layer; then lost events are noticed by `space.tick` alone).
"""

import asyncio
import contextlib
from typing import Any


class Reconnects:
    """Watches the connection that this event loop's layer receives on."""

    def __init__(self, layer: Any) -> None:
        self._layer = layer
        self._happened = asyncio.Event()

    def arm(self) -> None:
        """Watch from now on; call it once the layer is connected. Calling it again does nothing."""
        with contextlib.suppress(AttributeError):
            for shard in self._layer._get_layer()._shards:
                if shard._pubsub is not None and shard._pubsub.connection is not None:
                    shard._pubsub.connection.register_connect_callback(self._connected)

    async def within(self, seconds: float) -> bool:
        """Wait for `seconds` at most; whether there was a reconnection."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._happened.wait()
        happened = self._happened.is_set()
        self._happened.clear()
        return happened

    def _connected(self, connection: Any) -> None:
        self._happened.set()
