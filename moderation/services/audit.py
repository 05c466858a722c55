"""The append-only log of moderation: written by `record` with each act, sealed in a chain a moment later, verified at will."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from moderation.models import AuditEntry, AuditSeal
from spaces_project.lib.caller import caller

# Entries a transaction seals.
SEAL_BATCH = 500
# An entry without a seal after this long is one that was put in, or whose seal was taken out.
SEALED_WITHIN = timedelta(minutes=5)
# Entries are sealed as they are committed, which is not quite the order of their ids: a round looks for those left behind this
# many seals back, the command looks for all.
_LOOK_BACK = 10_000
_READ_BATCH = 2000


@dataclass(frozen=True)
class Problem:
    """What is wrong at one place of the log: `kind` is changed, missing, gap, unsealed or cut."""

    kind: str
    words: str
    seq: int | None = None
    entry_id: int | None = None


def record(
    *,
    act: str,
    by: Any,
    target_kind: str,
    target_id: str,
    target_handle: str,
    space_id: UUID | None,
    reason: str,
    data: dict[str, Any],
    now: datetime,
) -> None:
    """Add an entry, in the transaction of the act it tells of (spaces_project.lib.audit)."""
    asked = caller()
    AuditEntry.objects.create(
        at=now,
        actor_id=by.pk if by else None,
        actor_handle=by.handle if by else "",
        door=asked.door,
        address=asked.address,
        act=act,
        target_kind=target_kind,
        target_id=target_id,
        target_handle=target_handle,
        space_id=space_id,
        reason=reason[:500],
        data=data,
    )


def audit_seal(*, now: datetime, everything: bool = False) -> int:
    """Seal the entries that have none, in batches. Returns how many.

    Two at once are harmless: both would write the same `seq`, and the second leaves off. `everything` looks through the
    whole log for entries left behind, not only through its end.
    """
    sealed = 0
    while True:
        try:
            with transaction.atomic():
                batch = _seal_batch(now=now, everything=everything)
        except IntegrityError:
            # Somebody else is sealing.
            return sealed
        sealed += batch
        if batch < SEAL_BATCH:
            return sealed


def names_forget(*, user: User) -> None:
    """Take the handle of `user`, whose account is deleted, out of the log: from now on it knows a number alone.

    It is the one change that is ever made to an entry; PostgreSQL refuses any other. Done twice it is done once.
    """
    entries = AuditEntry._base_manager
    entries.filter(actor_id=user.pk).exclude(actor_handle="").update(actor_handle="")
    theirs = Q(target_kind="person", target_id=str(user.pk)) | Q(target_handle__iexact=user.handle)
    entries.filter(theirs).exclude(target_handle="").update(target_handle="")


def audit_head() -> AuditSeal | None:
    """The last link of the chain."""
    return AuditSeal.objects.order_by("-seq").first()


def audit_verify(*, now: datetime, expect: tuple[int, str] | None = None) -> list[Problem]:
    """Everything that is wrong with the log, in the order of the chain; nothing means that it is whole.

    Found are entries changed or missing, seals changed, swapped or missing, and entries that should long be sealed. A tail
    that was cut off leaves no trace in what is left: `expect` is a link (`seq`, digest) that was noted elsewhere before.
    Reads the log once, in batches.
    """
    problems = list(_broken_links())
    late = _unsealed().filter(at__lt=now - SEALED_WITHIN).order_by("pk").values_list("pk", flat=True)
    problems += [
        Problem("unsealed", f"entry {pk} is not in the chain", entry_id=pk) for pk in late.iterator()
    ]
    if expect is not None:
        seq, digest = expect
        there = AuditSeal.objects.filter(seq=seq).first()
        if there is None:
            problems.append(Problem("cut", f"the chain ends before seal {seq}", seq=seq))
        elif there.digest != digest:
            problems.append(Problem("cut", f"seal {seq} is another than the one noted", seq=seq))
    return problems


def digest_of(entry: AuditEntry, *, seq: int, before: str) -> str:
    """SHA-256, in hex, over the entry, its place in the chain, and the digest before ("" at its beginning).

    Handles are not part of it: who it was, the ids say, and a name can be taken out (`names_forget`) while the chain holds.
    """
    fields = {
        "id": entry.pk,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor_id": entry.actor_id,
        "door": entry.door,
        "address": entry.address,
        "act": entry.act,
        "target_kind": entry.target_kind,
        "target_id": entry.target_id,
        "space_id": str(entry.space_id) if entry.space_id else None,
        "reason": entry.reason,
        "data": entry.data,
    }
    told = json.dumps([seq, before, fields], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _seal_batch(*, now: datetime, everything: bool) -> int:
    head = audit_head()
    seq, digest = (head.seq, head.digest) if head else (0, "")
    found = _unsealed()
    if not everything and seq > _LOOK_BACK:
        settled = AuditSeal.objects.filter(seq=seq - _LOOK_BACK).values_list("entry_id", flat=True).first()
        found = found.filter(pk__gt=settled or 0)
    seals = []
    # Read from the database: a digest is over what is there, not over what was meant.
    for entry in found.order_by("pk")[:SEAL_BATCH]:
        seq += 1
        digest = digest_of(entry, seq=seq, before=digest)
        seals.append(AuditSeal(seq=seq, entry_id=entry.pk, digest=digest, sealed_at=now))
    AuditSeal.objects.bulk_create(seals)
    return len(seals)


def _unsealed() -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(~Exists(AuditSeal.objects.filter(entry_id=OuterRef("pk"))))


def _broken_links() -> Iterator[Problem]:
    expected, before = 1, ""
    chain = AuditSeal.objects.order_by("seq").iterator(chunk_size=_READ_BATCH)
    while seals := list(islice(chain, _READ_BATCH)):
        entries = AuditEntry.objects.in_bulk([seal.entry_id for seal in seals])
        for seal in seals:
            if seal.seq != expected:
                missing = (
                    f"seal {expected}" if seal.seq == expected + 1 else f"seals {expected} to {seal.seq - 1}"
                )
                yield Problem("gap", f"{missing} missing", seq=expected)
            entry = entries.get(seal.entry_id)
            if entry is None:
                words = f"entry {seal.entry_id} is missing"
                yield Problem("missing", words, seq=seal.seq, entry_id=seal.entry_id)
            elif seal.seq == expected and digest_of(entry, seq=seal.seq, before=before) != seal.digest:
                words = f"entry {entry.pk}, or its seal, was changed"
                yield Problem("changed", words, seq=seal.seq, entry_id=entry.pk)
            expected, before = seal.seq + 1, seal.digest
