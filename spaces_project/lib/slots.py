"""How many workers may do the same kind of work at once, so that some are always left for what cannot wait."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from redis import RedisError

from spaces_project.lib.redis_client import redis_client

logger = logging.getLogger(__name__)


@contextmanager
def slot(name: str, *, most: int, seconds: int) -> Iterator[bool]:
    """Give whether one of `most` places is free, and hold it for the block, or for `seconds` if its process is killed.

    No lock: whoever takes longer than `seconds` has company. Without Redis everybody gets a place.
    """
    client, token = redis_client(), secrets.token_hex(16)
    keys = [f"spaces:slot:{name}:{number}" for number in range(most)]
    try:
        held = next((key for key in keys if client.set(key, token, nx=True, ex=seconds)), None)
    except RedisError as error:
        logger.warning("Places for %s: %s", name, error)
        yield True
        return
    if held is None:
        yield False
        return
    try:
        yield True
    finally:
        try:
            if client.get(held) == token:
                client.delete(held)
        except RedisError as error:
            logger.warning("Places for %s: %s", name, error)
