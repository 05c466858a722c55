"""Who was here on which day (UTC): marked in Redis, where a task of `insights` takes it from.

An ordinary request costs no query for it, and mostly no call to Redis: each process remembers whom it has marked in this hour.
Marked again after that: should Redis lose its memory, a day is not lost with it.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, date, datetime, timedelta

import redis
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from spaces_project.lib.redis_client import redis_client

logger = logging.getLogger(__name__)

# What no task came for is kept for so many days.
KEPT_DAYS = 14
_HOUR = 3600
# A process remembers so many people; with more it begins anew.
_REMEMBERED_MAX = 200_000
# So long Redis is left alone once it has not answered.
_LOST_SECONDS = 30.0


class _Process:
    """What this process remembers: the hour in which somebody was last marked, and until when Redis is left alone."""

    marked: dict[int, int] = {}
    lost_until = 0.0


def seen(user_ids: Collection[int], *, now: datetime) -> None:
    """These people are here now. Without Redis nothing happens; they are marked when they are seen again."""
    hour = int(now.timestamp()) // _HOUR
    fresh = [user_id for user_id in user_ids if _Process.marked.get(user_id) != hour]
    if not fresh or time.monotonic() < _Process.lost_until:
        return
    key = _key(now.astimezone(UTC).date())
    try:
        pipe = redis_client().pipeline(transaction=False)
        pipe.sadd(key, *fresh)
        pipe.expire(key, KEPT_DAYS * 24 * _HOUR)
        pipe.execute()
    except redis.RedisError as error:
        _Process.lost_until = time.monotonic() + _LOST_SECONDS
        logger.warning("Nobody's day is marked: %s", error)
        return
    if len(_Process.marked) + len(fresh) > _REMEMBERED_MAX:
        _Process.marked.clear()
    _Process.marked.update(dict.fromkeys(fresh, hour))


def forget() -> None:
    """Whoever comes next in this process is marked anew."""
    _Process.marked.clear()
    _Process.lost_until = 0.0


def waiting(*, now: datetime, most: int) -> Iterator[tuple[date, list[int]]]:
    """Days, and up to `most` people at a time who were marked on them and not `written`. Raises redis.RedisError."""
    client, today = redis_client(), now.astimezone(UTC).date()
    for ago in range(KEPT_DAYS):
        day = today - timedelta(days=ago)
        while found := client.srandmember(_key(day), most):
            yield day, [int(user_id) for user_id in found]


def written(day: date, user_ids: Collection[int]) -> None:
    """These people's day is in the database. Raises redis.RedisError."""
    redis_client().srem(_key(day), *user_ids)


class ActivityMiddleware:
    """Marks whoever a request was answered for. A bot with somebody's token is nobody who is here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then mark."""
        response = self.get_response(request)
        user = _known(request)
        is_bot = request.headers.get("Authorization", "").lower().startswith("bearer ")
        if user is not None and not is_bot:
            seen([user.pk], now=timezone.now())
        return response


def _known(request: HttpRequest) -> AbstractBaseUser | None:
    """Whoever the answer was made for. Not asked of `request.user`: that would look a session up that nobody has needed."""
    user = vars(request).get("user")
    if type(user) is SimpleLazyObject:
        user = vars(request).get("_cached_user")
    return user if issubclass(type(user), AbstractBaseUser) else None


def _key(day: date) -> str:
    return f"spaces:active:{day}"
