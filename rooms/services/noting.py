"""What host and co-hosts do to others goes into the audit log, in the transaction of the act."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from rooms.models import Space
from rooms.permissions import Action
from spaces_project.lib import audit


def note_act(
    action: Action,
    *,
    space: Space,
    by: User,
    on: User | None = None,
    data: Mapping[str, Any] | None = None,
    now: datetime,
) -> None:
    """Write down that `by` did this in `space`, to somebody or to the Space itself; to oneself is no moderation."""
    if on is not None and on.pk == by.pk:
        return
    audit.record(
        act=action.value,
        by=by,
        target_kind="person" if on else "space",
        target_id=on.pk if on else space.pk,
        target_handle=on.handle if on else "",
        space_id=space.pk,
        data=data,
        now=now,
    )
