"""Which worker sends what: deliveries that are due, claimed so that no two send the same.

A claim is a lease: until `claimed_until` nobody else touches the row; a worker that was killed lets go of it by that.
`claimed_until` alone says whose it is, since each new holder writes another moment. `claim` names what goes out together: it
stays through retries and takeovers, so that the same e-mail goes out again under the same Message-ID.
"""

import time
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from social.models import Channel, Delivery, InboxSettings
from social.notification_kinds import KINDS


class Clock:
    """A moment that was given, and goes on from there: leases are held in real time."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._begun = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds since it was made."""
        return time.monotonic() - self._begun

    def __call__(self) -> datetime:
        """The moment now."""
        return self._now + timedelta(seconds=self.elapsed)


@dataclass(slots=True)
class Claimed:
    """Rows (their ids) that are ours until a moment."""

    ids: set[int]
    until: datetime

    def keep(self, clock: Clock) -> None:
        """Hold on to the rows that are left, where a third of the lease is over; who was taken from us is ours no more."""
        now = clock()
        if not self.ids or self.until - now > _lease() * 2 / 3:
            return
        until = now + _lease()
        self._ours().update(claimed_until=until)
        self.until = until
        self.ids = set(self._ours().values_list("pk", flat=True))

    def let_go(self, ids: set[int]) -> None:
        """Leave rows to whoever claims them next: nothing was tried with them."""
        if ids:
            self._ours().filter(pk__in=ids).update(claimed_until=None)
            self.ids -= ids

    def postpone(self, ids: set[int], *, due_at: datetime, attempts: int, error: str) -> None:
        """Try rows again from `due_at` on."""
        self._ours().filter(pk__in=ids).update(
            due_at=due_at, attempts=attempts, error=_short(error), claimed_until=None
        )
        self.ids -= ids

    def close(self, ids: set[int], state: Delivery.State, *, now: datetime, error: str = "") -> None:
        """Finish rows, whoever holds them: what was sent was sent."""
        if not ids:
            return
        sent_at = {"sent_at": now} if state == Delivery.State.SENT else {}
        Delivery.objects.filter(pk__in=ids, state=Delivery.State.WAITING).update(
            state=state, error=_short(error), claimed_until=None, **sent_at
        )
        self.ids -= ids

    def _ours(self) -> QuerySet[Delivery]:
        return Delivery.objects.filter(
            pk__in=self.ids, state=Delivery.State.WAITING, claimed_until=self.until
        )


def pushes_claim(clock: Clock) -> Claimed | None:
    """Claim the next `DELIVERY_BATCH` pushes that are due; None when there are none."""
    now = clock()
    with transaction.atomic():
        due = _free(_due(Channel.PUSH, now), now).order_by("due_at", "pk")
        ids = set(
            due.select_for_update(skip_locked=True).values_list("pk", flat=True)[: settings.DELIVERY_BATCH]
        )
        if not ids:
            return None
        until = now + _lease()
        Delivery.objects.filter(pk__in=ids).update(claim=uuid.uuid4(), claimed_until=until)
    return Claimed(ids, until)


def emails_claim(clock: Clock) -> Claimed | None:
    """Claim what goes out to the next people by e-mail; None when nobody is due.

    One mail a person: all that waits for them, due or not, with one `claim`; or what was tried before, as it was. Nobody's
    rows are claimed twice at once (their InboxSettings are the lock). When an e-mail went out less than
    `SPACES_EMAIL_DIGEST_MINUTES` ago and nothing is urgent, it all waits until then: the claim may be empty.
    """
    now = clock()
    with transaction.atomic():
        people = _lock(_people_due(now))
        if people is None:
            return None
        waiting: dict[int, list[Delivery]] = {}
        rows = Delivery.objects.filter(
            user_id__in=people, channel=Channel.EMAIL, state=Delivery.State.WAITING
        ).select_related("notification")
        for row in rows.order_by("pk"):
            waiting.setdefault(row.user_id, []).append(row)
        fresh: set[int] = set()
        again: set[int] = set()
        later: list[Delivery] = []
        for user_id, theirs in waiting.items():
            if any(row.claimed_until and row.claimed_until > now for row in theirs):
                continue
            tried = next((row.claim for row in theirs if row.claim and row.due_at <= now), None)
            new = [row for row in theirs if not row.claim]
            if tried:
                # With those that were not due themselves: it is the same mail.
                again |= {row.pk for row in theirs if row.claim == tried}
            elif any(row.due_at <= now for row in new):
                rest_until = _rest_until(people[user_id], new)
                if rest_until > now:
                    early = [row for row in new if row.due_at < rest_until]
                    for row in early:
                        row.due_at = rest_until
                    later += early
                else:
                    fresh |= {row.pk for row in new}
        until = now + _lease()
        if later:
            Delivery.objects.bulk_update(later, ["due_at"])
        if again:
            Delivery.objects.filter(pk__in=again).update(claimed_until=until)
        if fresh:
            Delivery.objects.filter(pk__in=fresh).update(claim=uuid.uuid4(), claimed_until=until)
    if not (fresh or again or later):
        # Others are at them right now.
        return None
    return Claimed(fresh | again, until)


def _people_due(now: datetime) -> list[int]:
    held = Delivery.objects.filter(
        user_id=OuterRef("user_id"),
        channel=Channel.EMAIL,
        state=Delivery.State.WAITING,
        claimed_until__gt=now,
    )
    due = _due(Channel.EMAIL, now).filter(~Exists(held)).order_by("due_at", "pk")
    return list(dict.fromkeys(due.values_list("user_id", flat=True)[: settings.DELIVERY_BATCH]))


def _lock(user_ids: list[int]) -> dict[int, datetime | None] | None:
    """Lock these people's mail until the transaction ends; return those that nobody else has locked, with `emailed_at`."""
    if not user_ids:
        return None
    InboxSettings.objects.bulk_create(
        [InboxSettings(user_id=user_id) for user_id in user_ids], ignore_conflicts=True
    )
    found = InboxSettings.objects.filter(user_id__in=user_ids).select_for_update(skip_locked=True)
    return dict(found.values_list("user_id", "emailed_at"))


def _rest_until(emailed_at: datetime | None, rows: list[Delivery]) -> datetime:
    """Until when somebody gets no mail about these; long ago for what is urgent."""
    urgent = any(KINDS[row.notification.kind].urgent for row in rows)
    if emailed_at is None or urgent:
        return min(row.due_at for row in rows)
    return emailed_at + timedelta(minutes=settings.SPACES_EMAIL_DIGEST_MINUTES)


def _due(channel: str, now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(channel=channel, state=Delivery.State.WAITING, due_at__lte=now)


def _free(rows: QuerySet[Delivery], now: datetime) -> QuerySet[Delivery]:
    return rows.filter(Q(claimed_until__isnull=True) | Q(claimed_until__lte=now))


def _lease() -> timedelta:
    return timedelta(seconds=settings.DELIVERY_LEASE_SECONDS)


def _short(error: str) -> str:
    return error.replace("\x00", "")[:200]
