"""When parts were last heard of, in Redis: beat, workers, webhooks. Seen from every process and machine."""

import logging
import time

import redis

from spaces_project.lib.redis_client import redis_client

logger = logging.getLogger(__name__)

_KEY = "spaces:heartbeats"
# Of a machine that is no more one hears no more.
_FORGOTTEN_SECONDS = 24 * 3600


def heard_of(part: str) -> None:
    """Note that `part` ("beat", "worker:<host>", "webhook:stripe") has been heard of now. Without Redis nothing happens."""
    try:
        redis_client().hset(_KEY, part, str(time.time()))
    except redis.RedisError as error:
        logger.debug("Could not note %s: %s", part, error)


def ages() -> dict[str, float]:
    """Seconds since each part was heard of; what has not been for a day is forgotten. Raises redis.RedisError."""
    client = redis_client()
    now = time.time()
    found = {str(part): max(0.0, now - float(at)) for part, at in client.hgetall(_KEY).items()}
    gone = [part for part, age in found.items() if age > _FORGOTTEN_SECONDS and part.startswith("worker:")]
    if gone:
        client.hdel(_KEY, *gone)
    return {part: age for part, age in found.items() if part not in gone}
