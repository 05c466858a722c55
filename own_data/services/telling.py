"""The mails of exports and deletions. They go out by themselves, not with notifications: whoever leaves gets none of these."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from accounts.models import User
from own_data.links import export_path, keep_path
from own_data.models import AccountDeletion, DataExport
from spaces_project.lib.languages import written_for

logger = logging.getLogger(__name__)


def tell_export(export: DataExport, *, now: datetime) -> None:
    """The file is ready: where, and until when. What cannot be sent now is sent in the next round."""
    url = f"{settings.SITE_URL}{export_path(export)}"
    words = {"url": url, "expires_at": export.expires_at, "days": settings.EXPORT_DAYS}
    if _sent(export.user, _("Your data is ready"), "own_data/mail/export_ready.txt", words):
        DataExport.objects.filter(pk=export.pk).update(mailed_at=now)


def tell_asked(deletion: AccountDeletion, *, now: datetime) -> None:
    """The account will be deleted: when, and how to keep it."""
    if _sent(deletion.user, _("Your account will be deleted"), "own_data/mail/asked.txt", _leaving(deletion)):
        AccountDeletion.objects.filter(pk=deletion.pk).update(mailed_at=now)


def tell_soon(deletion: AccountDeletion, *, now: datetime) -> None:
    """Only a few days are left."""
    subject = _("Your account will be deleted in a few days")
    if _sent(deletion.user, subject, "own_data/mail/soon.txt", _leaving(deletion)):
        AccountDeletion.objects.filter(pk=deletion.pk).update(reminded_at=now)


def _leaving(deletion: AccountDeletion) -> dict[str, Any]:
    return {"url": f"{settings.SITE_URL}{keep_path(deletion)}", "due_at": deletion.due_at}


def _sent(user: User, subject: str, template: str, words: Mapping[str, Any]) -> bool:
    """Send a mail; without an address there is nothing to send, which is as good."""
    if not user.email:
        return True
    with written_for(user):
        text = render_to_string(template, {"user": user, "site_url": settings.SITE_URL, **words})
        title = f"[Spaces] {gettext(subject)}"
    try:
        EmailMessage(title, text, to=[user.email]).send()
    except OSError as error:
        logger.warning("Could not send “%s” to account %s: %s", subject, user.pk, type(error).__name__)
        return False
    return True
