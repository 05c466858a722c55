"""How often somebody may do something: counted in Redis, so that all processes and both doors (HTTP, socket) count as one."""

import logging
import math
from datetime import datetime
from functools import lru_cache

import redis
from redis.commands.core import Script

from spaces_project.lib.errors import TooMany
from spaces_project.lib.redis_client import redis_client

logger = logging.getLogger(__name__)

# A log of the last `limit` times: exact in every stretch of `seconds`, where a counter that starts anew with each
# window lets twice the limit through at its edge. One script, so that acts that come at once are counted one by one.
_SCRIPT = """
local oldest = redis.call('LINDEX', KEYS[1], ARGV[2] - 1)
if oldest and ARGV[1] - oldest < tonumber(ARGV[3]) then
  return oldest + ARGV[3] - ARGV[1]
end
redis.call('LPUSH', KEYS[1], ARGV[1])
redis.call('LTRIM', KEYS[1], 0, ARGV[2] - 1)
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 0
"""


def require(who: str, action: str, limit: int, seconds: float, *, now: datetime) -> None:
    """Count one `action` of `who` (such as "user:7"); at most `limit` are let through in any stretch of `seconds`.

    What is refused does not count. Raises TooMany, which says after how many seconds the next one will pass. When Redis
    does not answer, everything passes: losing it must not silence a room.
    """
    milliseconds = int(now.timestamp() * 1000)
    try:
        wait = _script()(
            keys=[f"spaces:rate:{action}:{who}"],
            args=[milliseconds, limit, int(seconds * 1000)],
            client=redis_client(),
        )
    except redis.RedisError as error:
        logger.warning("Rate of %s: %s", action, error)
        return
    if wait:
        raise TooMany(retry_after=math.ceil(int(wait) / 1000))


@lru_cache(maxsize=1)
def _script() -> Script:
    return redis_client().register_script(_SCRIPT)
