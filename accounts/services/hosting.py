"""Staff let somebody host without the followers it takes."""

import logging
from datetime import datetime

from django.utils.translation import gettext

from accounts.models import HostingWaiver, User
from spaces_project.lib.errors import Invalid, NotAllowed
from spaces_project.lib.text import clean_line

logger = logging.getLogger(__name__)

REASON_MAX_LENGTH = 200


def hosting_waiver_grant(*, user: User, by: User, reason: str, now: datetime) -> HostingWaiver:
    """Let `user` host whatever their followers. Granted again, the newer reason and grantor stand.

    Raises NotAllowed unless `by` is staff, Invalid (field `reason`).
    """
    reason = _checked(by, reason)
    waiver, _ = HostingWaiver.objects.update_or_create(
        user=user, defaults={"granted_by": by, "reason": reason, "created_at": now}
    )
    logger.info("Staff %s let %s host", by.pk, user.pk)
    return waiver


def hosting_waiver_revoke(*, user: User, by: User, reason: str, now: datetime) -> bool:
    """Take the waiver back; Spaces that are live stay live. Returns whether there was one.

    Raises NotAllowed unless `by` is staff, Invalid (field `reason`).
    """
    reason = _checked(by, reason)
    deleted, _ = HostingWaiver.objects.filter(user=user).delete()
    if deleted:
        logger.info("Staff %s took the hosting waiver of %s back", by.pk, user.pk)
    return bool(deleted)


def _checked(by: User, reason: str) -> str:
    if not (by.is_active and by.is_staff):
        raise NotAllowed(gettext("Only staff decide who may host."))
    reason = clean_line(reason)
    if not reason or len(reason) > REASON_MAX_LENGTH:
        raise Invalid(
            fields={
                "reason": [gettext("Give a reason in 1 to {most} characters.").format(most=REASON_MAX_LENGTH)]
            }
        )
    return reason
