"""Tell many people the same: as many rows as there are people, but no task, query or frame for each of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import User
from social.models import Fanout


def fanout_schedule(
    *,
    key: str,
    audience: str,
    kind: str,
    event: str = "",
    actor: User | None = None,
    space_id: UUID | None = None,
    data: Mapping[str, Any] | None = None,
    due_at: datetime,
    expires_at: datetime | None = None,
    now: datetime,
) -> Fanout:
    """Tell `audience` something from `due_at` on, everybody once for one `key`; asked twice it is done once.

    One that still waits under the same key, audience and actor gets the new times and data. What is due now is worked off
    at once, by a task enqueued after commit; the rest by beat (`fanouts_run`). After `expires_at` what is left is dropped.
    """
    fanout, _ = Fanout.objects.update_or_create(
        key=key,
        audience=audience,
        actor=actor,
        defaults={
            "kind": kind,
            "event": event,
            "space_id": space_id,
            "data": dict(data or {}),
            "due_at": due_at,
            "expires_at": expires_at,
            "created_at": now,
        },
    )
    return fanout


def fanouts_drop(*, space_id: UUID, events: tuple[str, ...] = (), now: datetime) -> int:
    """Drop what still waits, or runs, about a Space: all of it, or these events. Returns how many that were."""
    found = Fanout.objects.filter(space_id=space_id, state__in=[Fanout.State.WAITING, Fanout.State.RUNNING])
    if events:
        found = found.filter(event__in=events)
    return found.update(state=Fanout.State.DROPPED, finished_at=now, claim=None, claimed_until=None)
