"""Who is in a Space now: a sorted set per Space in Redis, user id → when last seen (Unix seconds).

Guests are members too, as "g:<key>" (rooms.guests): they count as listeners, and are in no roster.

People are seen by their socket (rooms.live.presence, one call per process every third of `SPACES_PRESENCE_SECONDS`), by a
join, and by reconciliation, which reads LiveKit. Who has not been seen for `SPACES_PRESENCE_SECONDS` is gone. The sets
expire by themselves. Nothing here is the truth: when Redis is lost, the sets fill again within one round, and until
they have (`is_settled`) nobody may be taken for gone.

Who is on stage is in the database, not here: counts read it in one query, so that it cannot disagree.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from uuid import UUID

import redis
from django.conf import settings

from rooms.models import STAGE_ROLES, Participation
from spaces_project.lib import activity
from spaces_project.lib.redis_client import redis_client

logger = logging.getLogger(__name__)

# What a guest's member begins with; the others are user ids.
GUEST = "g:"

# When this Redis began to gather presence: gone with Redis' memory, which is what it is there to tell.
_SINCE = "spaces:presence:since"


class PresenceUnavailable(Exception):
    """Redis does not answer, so that nobody knows who is there."""


Member = int | str


def touch(space_id: UUID | str, user_ids: Collection[Member], now: datetime) -> None:
    """These people are in the Space now. Best effort: they are seen again soon."""
    touch_many({str(space_id): user_ids}, now)


def touch_many(people: Mapping[str, Collection[Member]], now: datetime) -> None:
    """As `touch`, for many Spaces (id → user ids) in one pipelined call."""
    people = {space_id: user_ids for space_id, user_ids in people.items() if user_ids}
    if not people:
        return
    seen_at = now.timestamp()
    activity.seen([member for ids in people.values() for member in ids if isinstance(member, int)], now=now)
    pipe = redis_client().pipeline(transaction=False)
    pipe.set(_SINCE, seen_at, nx=True)
    for space_id, user_ids in people.items():
        # GT: a late call never makes somebody look less recently seen.
        pipe.zadd(_key(space_id), dict.fromkeys(map(str, user_ids), seen_at), gt=True)
        pipe.expire(_key(space_id), _grace() * 3)
    _quietly(pipe.execute)


def drop(space_id: UUID | str, user_ids: Collection[Member]) -> None:
    """These people have left."""
    if user_ids:
        _quietly(lambda: redis_client().zrem(_key(space_id), *map(str, user_ids)))


def forget(space_id: UUID | str) -> None:
    """The Space is over."""
    _quietly(lambda: redis_client().delete(_key(space_id)))


def seen(space_id: UUID | str, now: datetime) -> frozenset[int]:
    """User ids of those seen in the last `SPACES_PRESENCE_SECONDS`; the others are dropped from the set.

    Raises PresenceUnavailable.
    """
    return seen_with_guests(space_id, now)[0]


def seen_with_guests(space_id: UUID | str, now: datetime) -> tuple[frozenset[int], frozenset[str]]:
    """As `seen`: the user ids, and the guests ("g:<key>"). Raises PresenceUnavailable."""
    long_ago = now.timestamp() - _grace()
    try:
        pipe = redis_client().pipeline(transaction=False)
        pipe.zremrangebyscore(_key(space_id), "-inf", f"({long_ago}")
        pipe.zrange(_key(space_id), 0, -1)
        members: list[str] = pipe.execute()[1]
    except redis.RedisError as error:
        raise PresenceUnavailable(str(error)) from error
    guests = frozenset(member for member in members if member.startswith(GUEST))
    return frozenset(int(member) for member in members if member not in guests), guests


def is_seen(space_id: UUID | str, member: Member, now: datetime) -> bool:
    """Whether this one has been seen in the last `SPACES_PRESENCE_SECONDS`. False when Redis does not answer."""
    try:
        score = redis_client().zscore(_key(space_id), str(member))
    except redis.RedisError as error:
        logger.warning("Presence: %s", error)
        return False
    return score is not None and float(score) >= now.timestamp() - _grace()


def _seen(space_id: UUID | str, now: datetime) -> list[str]:
    long_ago = now.timestamp() - _grace()
    try:
        pipe = redis_client().pipeline(transaction=False)
        pipe.zremrangebyscore(_key(space_id), "-inf", f"({long_ago}")
        pipe.zrange(_key(space_id), 0, -1)
        members: list[str] = pipe.execute()[1]
        return members
    except redis.RedisError as error:
        raise PresenceUnavailable(str(error)) from error


def is_settled(now: datetime) -> bool:
    """Whether presence has been gathered for long enough that a person who is not in it is gone.

    False for `SPACES_PRESENCE_SECONDS` after Redis has lost its memory, and while it does not answer.
    """
    try:
        client = redis_client()
        client.set(_SINCE, now.timestamp(), nx=True)
        since = client.get(_SINCE)
    except redis.RedisError as error:
        logger.warning("Presence: %s", error)
        return False
    return since is not None and float(since) <= now.timestamp() - _grace()


def listener_counts(space_ids: Iterable[UUID], now: datetime | None = None) -> dict[UUID, int]:
    """How many listen in each of these Spaces, those on stage not counted. One query, one call to Redis.

    Zero for all when Redis does not answer.
    """
    ids = list(space_ids)
    if not ids:
        return {}
    stages: dict[UUID, list[int]] = {}
    on_stage = Participation.objects.filter(space__in=ids, role__in=STAGE_ROLES, removed_at__isnull=True)
    for space_id, user_id in on_stage.values_list("space_id", "user_id"):
        stages.setdefault(space_id, []).append(user_id)
    try:
        return count({space_id: stages.get(space_id, ()) for space_id in ids}, now)
    except PresenceUnavailable as error:
        logger.warning("Presence: %s", error)
        return dict.fromkeys(ids, 0)


def count(stages: Mapping[UUID, Collection[int]], now: datetime | None = None) -> dict[UUID, int]:
    """How many are in each Space (id → user ids on stage) without those on stage; O(log n) in listeners, one call.

    Raises PresenceUnavailable.
    """
    long_ago = (now.timestamp() if now else time.time()) - _grace()
    pipe = redis_client().pipeline(transaction=False)
    for space_id, on_stage in stages.items():
        pipe.zcount(_key(space_id), long_ago, "+inf")
        if on_stage:
            pipe.zmscore(_key(space_id), [str(user_id) for user_id in on_stage])
    try:
        answers = iter(pipe.execute())
    except redis.RedisError as error:
        raise PresenceUnavailable(str(error)) from error
    counts = {}
    for space_id, on_stage in stages.items():
        present = next(answers)
        scores = next(answers) if on_stage else ()
        counts[space_id] = max(0, present - sum(score is not None and score >= long_ago for score in scores))
    return counts


def _grace() -> int:
    return settings.SPACES_PRESENCE_SECONDS


def _key(space_id: UUID | str) -> str:
    return f"spaces:presence:{space_id}"


def _quietly(call: Callable[[], object]) -> None:
    try:
        call()
    except redis.RedisError as error:
        logger.warning("Presence: %s", error)
