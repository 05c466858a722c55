"""The door to the audit log for apps below `moderation` (`AUDIT_RECORD`)."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string


def record(
    *,
    act: str,
    by: Any,
    target_kind: str = "",
    target_id: int | str | UUID = "",
    target_handle: str = "",
    space_id: UUID | None = None,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    """Write down an act of moderation, inside its transaction. `act` is its name in the permission table ("space.remove").

    `by` is the User who did it, or None for the product itself; door and address come from `spaces_project.lib.caller`.
    """
    _recorder(settings.AUDIT_RECORD)(
        act=act,
        by=by,
        target_kind=target_kind,
        target_id=str(target_id),
        target_handle=target_handle,
        space_id=space_id,
        reason=reason,
        data=dict(data or {}),
        now=now,
    )


@lru_cache(maxsize=2)
def _recorder(path: str) -> Any:
    return import_string(path)
