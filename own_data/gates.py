"""Whoever has asked that their account be deleted does not get in; they are offered to keep it."""

from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.gates import SignInRefused
from accounts.models import User
from own_data.links import keep_path
from own_data.models import AccountDeletion
from spaces_project.lib.errors import SpacesError


def may_sign_in(user: User, now: datetime) -> SpacesError | None:
    """Not to an account that is about to be deleted (`SIGN_IN_GATES`). They have shown who they are: the way back is theirs."""
    if user.is_active:
        return None
    deletion = AccountDeletion.objects.filter(user=user, finished_at__isnull=True).first()
    if deletion is None:
        return None
    words = _("This account will be deleted on %(day)s.") % {"day": date_format(deletion.due_at, "j F Y")}
    return SignInRefused(words, code="account.leaving", until=deletion.due_at, url=keep_path(deletion))
