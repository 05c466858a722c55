"""What the server saw of a thing when it was reported: taken once, read by staff alone, deleted in time.

What is taken of a kind of thing is listed in `EVIDENCE_TAKERS` (settings): the name of a piece (`Evidence.kind`) and the
function that takes it, which gets the case and returns what goes into `Evidence.data`, or None where there is nothing. A part
that has more to show (captions, the recording) adds its line there.

Evidence is taken with a case's first report; with later people's once `SPACES_EVIDENCE_AGAIN_MINUTES` have gone by, at most
`SPACES_EVIDENCE_TAKES_MAX` times. While the case is open it is kept, up to `SPACES_EVIDENCE_OPEN_DAYS` after it was taken; from
the end of the case `SPACES_EVIDENCE_DAYS` more, never beyond the first limit.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast
from django.utils.module_loading import import_string

from accounts.models import User
from moderation.models import Appeal, Case, Evidence, EvidenceAccess
from moderation.permissions import Right, require_staff
from spaces_project.lib import audit
from spaces_project.lib.caller import caller

_BATCH = 500
# What a piece of evidence calls somebody by.
_NAMES = ("handle", "name", "bio", "picture")

Taker = Callable[[Case], dict[str, Any] | None]


def is_evidence_due(case: Case, *, now: datetime) -> bool:
    """Whether what is reported should be looked at (again): the first time, or when it may have changed since the last."""
    taken = Evidence.objects.filter(case=case).order_by("-taken_at").values_list("taken_at", flat=True)
    times = list(taken.distinct()[: settings.SPACES_EVIDENCE_TAKES_MAX])
    if not times:
        return True
    again = times[0] + timedelta(minutes=settings.SPACES_EVIDENCE_AGAIN_MINUTES)
    return len(times) < settings.SPACES_EVIDENCE_TAKES_MAX and now >= again


def evidence_take(case: Case, *, now: datetime) -> list[Evidence]:
    """Keep what is there now of the thing that a case is about, in the transaction of the report."""
    delete_after = now + timedelta(days=settings.SPACES_EVIDENCE_OPEN_DAYS)
    takers: dict[str, str] = settings.EVIDENCE_TAKERS.get(case.subject_kind, {})
    pieces = [(kind, _taker(path)(case)) for kind, path in takers.items()]
    return Evidence.objects.bulk_create(
        Evidence(case=case, kind=kind, data=data, taken_at=now, delete_after=delete_after)
        for kind, data in pieces
        if data is not None
    )


def evidence_release(cases: QuerySet[Case] | None = None, *, now: datetime) -> int:
    """Give the evidence of closed cases its last day: `SPACES_EVIDENCE_DAYS` after their end, never later than before.

    Called where cases are closed, and by `evidence_purge` for whatever was closed otherwise. Evidence of a case about which an
    appeal waits stays as if the case were open. Returns how many pieces.
    """
    days = timedelta(days=settings.SPACES_EVIDENCE_DAYS)
    last_day = ExpressionWrapper(F("closed_at") + days, output_field=DateTimeField())
    closed = Case.objects.filter(pk=OuterRef("case_id")).annotate(last_day=last_day).values("last_day")
    held = Evidence.objects.filter(
        case__state=Case.State.CLOSED, delete_after__gt=F("case__closed_at") + days
    )
    if cases is not None:
        held = held.filter(case__in=cases)
    return held.exclude(_waits_for_appeal()).update(delete_after=Subquery(closed))


def evidence_purge(*, now: datetime) -> int:
    """Delete what has reached its last day, in batches of their own transactions. Returns how many pieces."""
    evidence_release(now=now)
    hard_end = now - timedelta(days=settings.SPACES_EVIDENCE_OPEN_DAYS)
    gone = 0
    while True:
        due = Evidence.objects.filter(delete_after__lte=now)
        due = due.exclude(_waits_for_appeal() & Q(taken_at__gt=hard_end))
        keys = list(due.order_by("delete_after").values_list("pk", flat=True)[:_BATCH])
        if not keys:
            return gone
        deleted, _ = Evidence.objects.filter(pk__in=keys).delete()
        gone += deleted


def evidence_forget(*, user: User) -> int:
    """Take the name of `user`, whose account is deleted, out of what is kept: what was said or done stays for its days, as that
    of an account with a number. Done twice it is done once. Returns how many pieces."""
    said = Evidence.objects.annotate(told=Cast("data", TextField())).filter(told__contains=f'"{user.pk}"')
    changed = 0
    for piece in said.order_by("pk").iterator(chunk_size=_BATCH):
        if _unname(piece.data, str(user.pk)):
            changed += Evidence.objects.filter(pk=piece.pk).update(data=piece.data)
    return changed


def _unname(data: Any, key: str) -> bool:
    """Blank what says who somebody is, wherever their key stands beside it (moderation.selectors.evidence). Returns whether
    anything was there."""
    if isinstance(data, list):
        return sum(_unname(one, key) for one in data) > 0
    if not isinstance(data, dict):
        return False
    found = sum(_unname(one, key) for one in data.values()) > 0
    if key in (data.get("id"), data.get("user")):
        for name in _NAMES:
            found |= bool(data.get(name))
            if name in data:
                data[name] = ""
    return found


def evidence_read(*, case: Case, by: User, now: datetime) -> list[Evidence]:
    """The evidence of a case, the oldest first, for somebody of staff; that they looked is written down.

    Raises NotAllowed (`staff.not_allowed`).
    """
    require_staff(by, Right.EVIDENCE, now=now)
    with transaction.atomic():
        EvidenceAccess.objects.create(case=case, by=by, at=now, address=caller().address)
        audit.record(
            act="evidence.read",
            by=by,
            target_kind="case",
            target_id=case.pk,
            space_id=case.space_id,
            now=now,
        )
        return list(Evidence.objects.filter(case=case).order_by("taken_at", "pk"))


def _waits_for_appeal() -> Q:
    # A decision without a case would make the whole list unknown.
    waiting = Appeal.objects.filter(state=Appeal.State.OPEN, decision__case__isnull=False)
    return Q(case__in=waiting.values("decision__case"))


@lru_cache(maxsize=32)
def _taker(path: str) -> Taker:
    found: Taker = import_string(path)
    return found
