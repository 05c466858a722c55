"""Tell many people the same: as many rows as there are people, but no task, query or frame for each of them.

A Fanout is claimed by one worker at a time, for `FANOUT_LEASE_SECONDS` from its last sign of life, and worked off in chunks
of `FANOUT_CHUNK` people, each one transaction that writes their rows and moves the cursor. A worker that dies has lost its
open chunk, which the next one does again; what was written is never written twice, since a key is unique for a person.
"""

import logging
import time
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from social.models import Fanout
from social.services import fanout_rows
from spaces_project.lib import broadcast
from spaces_project.lib.tasks import enqueue, enqueue_on_commit

logger = logging.getLogger(__name__)

# A task is stopped at CELERY_TASK_TIME_LIMIT: before that it puts down what it has, and another goes on.
_RUN_SECONDS = 60.0
# Those connected are told so often while a long fan-out runs, and at its end.
_TELL_SECONDS = 1.0

_OPEN = (Fanout.State.WAITING, Fanout.State.RUNNING)


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

    One that still waits, or was dropped, under the same key, audience and actor gets the new times and data, and waits; one
    that runs or is done stays as it is. What is due now is worked off at once, by a task enqueued after commit; the rest by
    beat (`fanouts_run`). After `expires_at` what is left is dropped. Of those that share a key, and are due, the first
    scheduled goes first. Raises KeyError for an audience that `FANOUT_AUDIENCES` does not have.
    """
    told = {
        "kind": kind,
        "event": event,
        "space_id": space_id,
        "data": dict(data or {}),
        "due_at": due_at,
        "expires_at": expires_at,
    }
    fanout_rows.audience_of(Fanout(audience=audience, actor=actor, space_id=space_id))
    with transaction.atomic():
        fanout, new = Fanout.objects.select_for_update(of=("self",)).get_or_create(
            key=key, audience=audience, actor=actor, defaults=told | {"created_at": now}
        )
        if not new and fanout.state in (Fanout.State.WAITING, Fanout.State.DROPPED):
            # From the start: whoever was told under this key is passed over.
            again = told | {"state": Fanout.State.WAITING, "cursor": 0, "finished_at": None}
            for name, value in again.items():
                setattr(fanout, name, value)
            fanout.save(update_fields=list(again))
        if fanout.state == Fanout.State.WAITING and due_at <= now:
            enqueue_on_commit("social.tasks.fanouts_run")
    return fanout


def fanouts_drop(*, space_id: UUID, events: tuple[str, ...] = (), now: datetime) -> int:
    """Drop what still waits, or runs, about a Space: all of it, or these events. Returns how many that were."""
    found = Fanout.objects.filter(space_id=space_id, state__in=_OPEN)
    if events:
        found = found.filter(event__in=events)
    return _drop(found, now)


def fanouts_recall(
    *, space_id: UUID, events: tuple[str, ...], keep: Collection[str] = (), now: datetime
) -> int:
    """Send nothing more of what was told about a Space by these events: it is no longer so. Returns how many that were.

    Fan-outs with a key in `keep` stay. What has been told stays in the centre; e-mails and pushes that still wait are dropped
    when it is their turn, so that this costs the same however many were told.
    """
    told = Fanout.objects.filter(space_id=space_id, event__in=events).exclude(key__in=keep)
    return told.exclude(state__in=_OPEN).filter(expires_at__gt=now).update(expires_at=now)


def fanouts_run(*, now: datetime) -> int:
    """Work off what is due, the earliest first, until nothing is left or a minute is over. Returns how many people were told.

    Any number of workers may do so at once, and any may die. One that fails is logged and tried again when its lease is over.
    """
    clock = _Clock(now)
    _drop(Fanout.objects.filter(state__in=_OPEN, expires_at__lte=now), now)
    told = 0
    while not clock.over and (claimed := _claim(clock.now())):
        try:
            told += _work(claimed, clock)
        except Exception:
            logger.exception("Fan-out %s failed", claimed.pk)
    if clock.over:
        enqueue("social.tasks.fanouts_run")
    return told


class _Clock:
    """The time that goes by while a run that began at `now` lasts."""

    def __init__(self, now: datetime) -> None:
        self._began, self._now = time.monotonic(), now

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self._began

    @property
    def over(self) -> bool:
        """Whether the run has lasted long enough."""
        return self.elapsed >= _RUN_SECONDS

    def now(self) -> datetime:
        """This moment."""
        return self._now + timedelta(seconds=self.elapsed)

    def lease(self) -> datetime:
        """Until when a claim holds that is made or renewed now."""
        return self.now() + timedelta(seconds=settings.FANOUT_LEASE_SECONDS)


def _drop(found: QuerySet[Fanout], now: datetime) -> int:
    return found.update(state=Fanout.State.DROPPED, finished_at=now, claim=None, claimed_until=None)


def _claim(now: datetime) -> Fanout | None:
    """Take the next due fan-out that nobody works on; None when there is none. As it was before: `claimed_until` is set when a
    worker died over it."""
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    earlier = Fanout.objects.filter(
        key=OuterRef("key"), pk__lt=OuterRef("pk"), state__in=_OPEN, due_at__lte=now
    )
    due = Fanout.objects.filter(free, state__in=_OPEN, due_at__lte=now)
    while found := due.exclude(Exists(earlier)).order_by("due_at", "pk").first():
        claim, until = uuid4(), now + timedelta(seconds=settings.FANOUT_LEASE_SECONDS)
        # Under the row's lock the database looks again: of two that found it, one has it.
        if due.filter(pk=found.pk).update(state=Fanout.State.RUNNING, claim=claim, claimed_until=until):
            found.claim = claim
            return found
    return None


def _work(claimed: Fanout, clock: _Clock) -> int:
    """Chunk after chunk, until it is done or taken away, or the run is over. Returns how many people were told."""
    # Of what a worker that died has written, those connected may not have been told.
    told_upto, last = (0 if claimed.claimed_until else claimed.cursor), clock.elapsed
    before = claimed.written
    while fanout := _chunk(claimed, clock):
        done = fanout.state != Fanout.State.RUNNING
        if done or clock.over or clock.elapsed - last >= _TELL_SECONDS:
            _tell_connected(fanout, after=told_upto, upto=None if done else fanout.cursor)
            told_upto, last = fanout.cursor, clock.elapsed
        if done or clock.over:
            Fanout.objects.filter(pk=fanout.pk, claim=claimed.claim).update(claim=None, claimed_until=None)
            return fanout.written - before
        claimed.written = fanout.written
    return claimed.written - before


def _chunk(claimed: Fanout, clock: _Clock) -> Fanout | None:
    """Tell the next people, in one transaction. Returns the fan-out as it is then; None when it is ours no more."""
    with transaction.atomic():
        # Whoever has taken it over, or dropped it, waits for this lock or has changed the claim.
        ours = Fanout.objects.filter(pk=claimed.pk, claim=claimed.claim, state=Fanout.State.RUNNING)
        fanout = ours.select_for_update().first()
        if fanout is None:
            return None
        now = clock.now()
        if fanout.expires_at and fanout.expires_at <= now:
            fanout.state, fanout.finished_at = Fanout.State.DROPPED, now
        else:
            upto = fanout_rows.end_of_chunk(fanout)
            fanout.written += fanout_rows.write_chunk(fanout, upto=upto, now=now)
            fanout.cursor = fanout.cursor if upto is None else upto
            if upto is None:
                fanout.state, fanout.finished_at = Fanout.State.DONE, now
        fanout.claimed_until = clock.lease()
        fanout.save(update_fields=["state", "finished_at", "written", "cursor", "claimed_until"])
    return fanout


def _tell_connected(fanout: Fanout, *, after: int, upto: int | None) -> None:
    """Tell all web processes which people were told: each asks which of them are its own (rooms.live.notices)."""
    broadcast.tell_processes({"type": "hub.notified", "key": fanout.key, "after": after, "upto": upto})
    enqueue("social.tasks.deliveries_run")
