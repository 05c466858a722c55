"""How often somebody may do something: counted in Redis, so that all processes and both doors (HTTP, socket) count as one."""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import redis
from redis.commands.core import Script

from spaces_project.lib.errors import TooMany
from spaces_project.lib.redis_client import redis_client

logger = logging.getLogger(__name__)

# For each key a log of its last `limit` times: exact in every stretch of `seconds`, where a counter that starts anew with each
# window lets twice the limit through at its edge. One script, so that acts that come at once are counted one by one, and an
# act counts under all of its keys or under none.
_SCRIPT = """
local now, wait = tonumber(ARGV[1]), 0
for n, key in ipairs(KEYS) do
  local limit, window = tonumber(ARGV[2 * n]), tonumber(ARGV[2 * n + 1])
  local oldest = redis.call('LINDEX', key, limit - 1)
  if oldest and now - oldest < window then
    wait = math.max(wait, oldest + window - now)
  end
end
if wait > 0 then
  return wait
end
for n, key in ipairs(KEYS) do
  local limit, window = tonumber(ARGV[2 * n]), tonumber(ARGV[2 * n + 1])
  redis.call('LPUSH', key, ARGV[1])
  redis.call('LTRIM', key, 0, limit - 1)
  redis.call('PEXPIRE', key, window)
end
return 0
"""
# What is refused because nobody counts may be tried again so much later.
_LOST_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Counted:
    """`who` (such as "user:7") may do it at most `limit` times in any stretch of `seconds`."""

    who: str
    limit: int
    seconds: float


def require(who: str, action: str, limit: int, seconds: float, *, now: datetime) -> None:
    """Count one `action` of `who`, as `require_all` does."""
    require_all(action, [Counted(who, limit, seconds)], now=now)


def require_all(action: str, counted: Sequence[Counted], *, now: datetime, unless_lost: bool = False) -> None:
    """Count one `action` for each of `counted`, or for none when it is too often for one of them.

    Raises TooMany, which says after how many seconds the next one will pass for all. When Redis does not answer, everything
    passes (losing it must not silence a room), or with `unless_lost` nothing.
    """
    if not counted:
        return
    args: list[int] = [int(now.timestamp() * 1000)]
    for each in counted:
        args += [each.limit, int(each.seconds * 1000)]
    try:
        wait = _script()(
            keys=[f"spaces:rate:{action}:{each.who}" for each in counted], args=args, client=redis_client()
        )
    except redis.RedisError as error:
        logger.warning("Rate of %s: %s", action, error)
        if unless_lost:
            raise TooMany(retry_after=_LOST_SECONDS) from error
        return
    if wait:
        raise TooMany(retry_after=math.ceil(int(wait) / 1000))


@lru_cache(maxsize=1)
def _script() -> Script:
    return redis_client().register_script(_SCRIPT)
