"""Reactions, counted in Redis: a hash per Space, kind → taps so far. Nothing of them is kept.

Nobody is sent a frame for a tap. Each process reads the totals with its ticks (rooms.live.counts) and sends what came since
its last look, so that every process sees every tap once, and none has to drain what another still needs.
"""

from collections.abc import Collection, Mapping
from uuid import UUID

from spaces_project.lib.redis_client import redis_client

Totals = Mapping[str, int]

# Long after the last tap nobody needs the totals: a process looks several times a second.
_KEPT_SECONDS = 600


def add(space_id: UUID, kind: str) -> None:
    """Count one tap. Raises redis.RedisError."""
    pipe = redis_client().pipeline(transaction=False)
    pipe.hincrby(_key(space_id), kind, 1)
    pipe.expire(_key(space_id), _KEPT_SECONDS)
    pipe.execute()


def totals(space_ids: Collection[UUID]) -> dict[UUID, dict[str, int]]:
    """Taps so far in each of these Spaces, by kind; one call. Raises redis.RedisError."""
    pipe = redis_client().pipeline(transaction=False)
    for space_id in space_ids:
        pipe.hgetall(_key(space_id))
    return {
        space_id: {kind: int(taps) for kind, taps in found.items()}
        for space_id, found in zip(space_ids, pipe.execute(), strict=True)
    }


def since(before: Totals, after: Totals) -> dict[str, int]:
    """Taps by kind between two totals of one Space; totals that have shrunk were begun anew (Redis lost them)."""
    if any(after.get(kind, 0) < taps for kind, taps in before.items()):
        before = {}
    return {kind: taps - before.get(kind, 0) for kind, taps in after.items() if taps > before.get(kind, 0)}


def _key(space_id: UUID) -> str:
    return f"spaces:reactions:{space_id}"
