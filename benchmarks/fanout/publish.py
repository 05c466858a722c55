"""Publishes frames from a process of its own, as a service of ours does: reads `FRAMES PER_SECOND` lines, 0 = at once."""

import asyncio
import os
import sys
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.fanout.settings")
django.setup()

from channels.layers import get_channel_layer  # noqa: E402
from redis import asyncio as aioredis  # noqa: E402

# As long as a frame of the product: about 250 bytes.
PADDING = "x" * 130


def text(number: int) -> str:
    """A frame with its number and the time."""
    return (
        '{"type":"stage.muted","space":"0193a0b0-0000-7000-8000-000000000000",'
        f'"n":{number},"t":{time.monotonic_ns()},"data":"{PADDING}"}}'
    )


async def main(raw_channel: str) -> None:
    """Publish through the layer, or for the server without Django to `raw_channel`."""
    layer: Any = get_channel_layer()
    redis = aioredis.Redis.from_url(os.environ["REDIS_URL"])
    loop = asyncio.get_running_loop()
    print("ready", flush=True)
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        frames, per_second = int(line.split()[0]), float(line.split()[1])
        begin = loop.time()
        for number in range(1, frames + 1):
            if per_second:
                await asyncio.sleep(begin + number / per_second - loop.time())
            if raw_channel:
                await redis.publish(raw_channel, text(number))
            else:
                message = {
                    "type": "hub.frame",
                    "group": "fanout",
                    "kind": "x",
                    "seq": 0,
                    "text": text(number),
                }
                await layer.group_send("fanout", message)
        print("published", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else ""))
