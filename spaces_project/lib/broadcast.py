"""Says things to the sockets of all web processes. The other end is `rooms.live.hub`.

Every name of a group is made here. A frame is encoded once, by its sender, and written to each socket as it is.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from uuid import UUID

import orjson
import redis
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction

from spaces_project.lib.redis_client import redis_client

logger = logging.getLogger(__name__)

EVERY_PROCESS = "processes"

# Called with the text of each frame before it is sent, where somebody has asked for it: see `check_frames`.
_checks: list[Callable[[str], object]] = []


def check_frames(check: Callable[[str], object]) -> None:
    """Have each frame looked at by `check`, which raises at one that the protocol does not have (with DEBUG, and in tests)."""
    if check not in _checks:
        _checks.append(check)


def space_group(space_id: UUID | str) -> str:
    """The sockets that are in a Space."""
    return f"space.{space_id}"


def captions_group(space_id: UUID | str) -> str:
    """The sockets that show what is said in a Space in writing."""
    return f"captions.{space_id}"


def user_group(user_id: int | str) -> str:
    """The sockets of one person, on all their devices."""
    return f"user.{user_id}"


def encode(frame: Mapping[str, Any]) -> str:
    """A frame as the text that goes over the socket."""
    text = orjson.dumps(frame, option=orjson.OPT_UTC_Z).decode()
    for check in _checks:
        check(text)
    return text


def message(group: str, frame: Mapping[str, Any]) -> dict[str, Any]:
    """What travels through the layer: the frame's text, beside what the hub must know of it without reading it."""
    return {
        "type": "hub.frame",
        "group": group,
        "kind": frame["type"],
        "seq": frame.get("seq", 0),
        "sent": time.time(),
        "text": encode(frame),
    }


def send(group: str, frame: Mapping[str, Any]) -> None:
    """Send a frame to a group now. A layer that is down is logged, not raised: the database is the truth, and a
    client that misses a frame sees the gap and asks for a snapshot."""
    _group_send(group, message(group, frame))


def is_listened_to(group: str) -> bool:
    """Whether a process has sockets in `group`. A Redis that does not answer counts as yes: what is sent costs little."""
    # As channels_redis.pubsub calls a group.
    channel = f"{settings.CHANNEL_LAYERS['default']['CONFIG']['prefix']}__group__{group}"
    try:
        return any(count for _, count in redis_client().pubsub_numsub(channel))
    except redis.RedisError:
        return True


async def send_async(group: str, frame: Mapping[str, Any]) -> None:
    """As `send`, for what runs in an event loop of its own."""
    try:
        await get_channel_layer().group_send(group, message(group, frame))
    except (OSError, redis.RedisError) as error:
        logger.warning("Could not reach the channel layer for %s: %s", group, error)


def tell_processes(message: Mapping[str, Any], group: str = EVERY_PROCESS) -> None:
    """Hand a message to web processes themselves, not to their sockets: to all, or to those with a socket in `group`.

    `message["type"]` names the hub's handler ("hub.bubble"): see rooms.live.hub.
    """
    _group_send(group, dict(message))


def tell_followers_on_commit(people: Iterable[int], frame: Mapping[str, Any]) -> None:
    """Send a frame, once the current transaction is committed, to whoever follows one of `people` (ids) and is connected.

    One message, whatever the number of followers: each process asks once which of its own people those are, in
    rooms.live.followers. Frames that are the same and wait for it together are sent once.
    """
    message = {"type": "hub.followers", "people": list(people), "text": encode(frame)}
    transaction.on_commit(lambda: _group_send(EVERY_PROCESS, message))


def send_on_commit(group: str, frame: Mapping[str, Any]) -> None:
    """Send a frame to a group once the current transaction is committed. It is encoded now, as it is now."""
    encoded = message(group, frame)
    transaction.on_commit(lambda: _group_send(group, encoded))


def _group_send(group: str, message: dict[str, Any]) -> None:
    layer = get_channel_layer()
    try:
        async_to_sync(layer.group_send)(group, message)
    except (OSError, redis.RedisError) as error:
        logger.warning("Could not reach the channel layer for %s: %s", group, error)
    except Exception:
        logger.exception("Could not send to %s", group)
