"""Apps that take push messages: turned on by the app itself, turned off, and gone with the session they were turned on in."""

import re
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from social.apppush.providers import is_on
from social.models import AppDevice
from social.services.push import keep_newest
from spaces_project.lib import limits
from spaces_project.lib.errors import Conflict, Invalid, NotFound
from spaces_project.lib.text import clean_line

NAME_MAX_LENGTH, VERSION_MAX_LENGTH, TOKEN_MAX_LENGTH = 100, 40, 500
# APNs' tokens are hexadecimal; FCM's are letters, digits and a few signs. Nothing else may come into an address.
_TOKENS = {
    AppDevice.Kind.APNS: re.compile(r"\A[0-9a-fA-F]{64,200}\Z"),
    AppDevice.Kind.FCM: re.compile(r"\A[A-Za-z0-9_:\-]{20,500}\Z"),
}


def app_device_register(
    *, user: User, kind: str, token: str, name: str, app_version: str, session_key: str, now: datetime
) -> AppDevice:
    """Send `user`'s pushes to an app, too; `token` is what FCM or APNs gave it.

    An app belongs to whoever registered it last; done twice it is done once, with what is said the second time. Beyond
    `PUSH_DEVICES_MAX` the oldest go. Raises Conflict (`push.off`), Invalid (`push.token`), TooMany.
    """
    if not is_on(kind):
        raise Conflict(_("Push to these apps is not set up on this site."), code="push.off")
    limits.require("push.subscribe", user=user, now=now)
    if not _TOKENS[AppDevice.Kind(kind)].match(token):
        message = _("This is not a token of that kind.")
        raise Invalid(message, code="push.token", fields={"token": [message]})
    with transaction.atomic():
        device, __ = AppDevice.objects.update_or_create(
            kind=kind,
            token=token,
            defaults={
                "user": user,
                "name": clean_line(name)[:NAME_MAX_LENGTH],
                "app_version": clean_line(app_version)[:VERSION_MAX_LENGTH],
                "session_key": session_key,
                "created_at": now,
            },
        )
        keep_newest(AppDevice, user)
    return device


def app_device_remove(*, user: User, device_id: int) -> None:
    """Send nothing more to one of `user`'s apps. Raises NotFound where they have no such one."""
    # Beyond 64 bits the database refuses even the question.
    gone = AppDevice.objects.filter(user=user, pk=device_id).delete()[0] if device_id < 2**63 else 0
    if not gone:
        raise NotFound()


def app_devices_of_ended_sessions(*, user_id: int) -> int:
    """Whoever is signed out of an app gets nothing more there. Returns how many went."""
    theirs = AppDevice.objects.filter(user_id=user_id).exclude(session_key="")
    left = UserSession.objects.filter(user_id=user_id).values("session_key")
    return theirs.exclude(session_key__in=left).delete()[0]
