"""The `websockets` library's own server and broadcast, without Django, fed through Redis: what Python can do."""

import asyncio
import sys

from redis import asyncio as aioredis
from websockets.asyncio.server import ServerConnection, broadcast, serve

READY = '{"type":"ready"}'


async def main(port: int, redis_url: str, channel: str) -> None:
    """Serve until killed."""
    connections: set[ServerConnection] = set()

    async def handler(connection: ServerConnection) -> None:
        connections.add(connection)
        await connection.send(READY)
        await connection.wait_closed()
        connections.discard(connection)

    async with serve(handler, "127.0.0.1", port, compression=None, ping_interval=None):
        pubsub = aioredis.Redis.from_url(redis_url, decode_responses=True).pubsub(
            ignore_subscribe_messages=True
        )
        await pubsub.subscribe(channel)
        async for message in pubsub.listen():
            broadcast(connections, message["data"])


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
