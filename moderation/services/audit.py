"""The append-only log of moderation."""

from datetime import datetime
from typing import Any
from uuid import UUID

from moderation.models import AuditEntry
from spaces_project.lib.caller import caller


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
        reason=reason,
        data=data,
    )
