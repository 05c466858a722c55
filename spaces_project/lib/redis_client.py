"""One way to Redis for small, quick questions, so that a process has one pool for all of them."""

from functools import lru_cache

import redis
from django.conf import settings
from redis.backoff import ConstantBackoff
from redis.retry import Retry


def redis_client() -> "redis.Redis":
    """A client with one pool per process; text in, text out. A request waits for a second at most, and tries twice."""
    return _client(settings.REDIS_URL)


@lru_cache(maxsize=4)
def _client(url: str) -> "redis.Redis":
    return redis.Redis.from_url(
        url,
        decode_responses=True,
        socket_connect_timeout=1,
        socket_timeout=1,
        retry=Retry(ConstantBackoff(0.05), 1),
    )
