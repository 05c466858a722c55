"""Which processes of workers (`python -m recordings.agents`) take jobs now: a sorted set in Redis, worker → when last seen.

Nothing here is the truth about a job. It keeps jobs from being asked of nobody, and lets pages say so.
"""

import logging
from collections.abc import Callable
from datetime import datetime

import redis

from spaces_project.lib.redis_client import redis_client

logger = logging.getLogger(__name__)

# A sign of a worker process counts for so long, and it gives one a second.
SIGN_SECONDS = 4.0
_KEY = "spaces:agents"


def sign(worker: str, now: datetime) -> None:
    """The process `worker` is connected to LiveKit and takes jobs. Best effort: the next sign follows soon."""
    seen_at = now.timestamp()
    pipe = redis_client().pipeline(transaction=False)
    pipe.zadd(_KEY, {worker: seen_at})
    pipe.zremrangebyscore(_KEY, "-inf", seen_at - SIGN_SECONDS)
    pipe.expire(_KEY, round(2 * SIGN_SECONDS))
    _quietly(pipe.execute)


def sign_off(worker: str) -> None:
    """The process `worker` takes no more jobs."""
    _quietly(lambda: redis_client().zrem(_KEY, worker))


def are_there(now: datetime) -> bool:
    """Whether a worker could take a job; False as well when nobody can say."""
    return bool(_quietly(lambda: redis_client().zcount(_KEY, now.timestamp() - SIGN_SECONDS, "+inf")))


def _quietly(ask: Callable[[], object]) -> object:
    try:
        return ask()
    except redis.RedisError as error:
        logger.warning("Redis: %s", error)
        return None
