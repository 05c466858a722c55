"""Tokens are made, used and taken back."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from integrations.errors import TooManyTokens
from integrations.models import NAME_MAX_LENGTH, ApiToken
from integrations.scopes import SCOPES, in_order
from integrations.selectors import PREFIX, digest_of, token_of, tokens_of
from spaces_project.lib.errors import Invalid
from spaces_project.lib.text import clean_line

_HINT_LENGTH = len(PREFIX) + 5
# When it was last used is for the eye: it is written at most this often.
_USED_EVERY = timedelta(minutes=5)


def token_create(
    *, owner: User, name: str, scopes: Iterable[str], days: int | None, now: datetime
) -> tuple[ApiToken, str]:
    """Make a token for `days` days (None: until it is taken back). Returns its row and the token, which is kept nowhere.

    Raises Invalid (fields `name`, `scopes`, `days`), TooManyTokens.
    """
    name, chosen = clean_line(name), list(scopes)
    wrong: dict[str, list[str]] = {}
    if not name or len(name) > NAME_MAX_LENGTH:
        wrong["name"] = [_("Give it a name of 1 to %(most)s characters.") % {"most": NAME_MAX_LENGTH}]
    if not chosen:
        wrong["scopes"] = [_("Choose what it may do.")]
    elif not set(chosen) <= set(SCOPES):
        wrong["scopes"] = [_("There is no such scope.")]
    if days is not None and not 1 <= days <= settings.API_TOKEN_DAYS_MAX:
        wrong["days"] = [_("From 1 to %(most)s days.") % {"most": settings.API_TOKEN_DAYS_MAX}]
    if wrong:
        raise Invalid(fields=wrong)
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        # Whoever makes two at once gets one after the other.
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
        if tokens_of(owner).count() >= settings.API_TOKENS_MAX:
            raise TooManyTokens()
        made = ApiToken.objects.create(
            owner=owner,
            name=name,
            hint=secret[:_HINT_LENGTH],
            digest=digest_of(secret),
            scopes=in_order(chosen),
            created_at=now,
            expires_at=None if days is None else now + timedelta(days=days),
        )
    return made, secret


def token_revoke(*, owner: User, token_id: int, now: datetime) -> None:
    """Take a token back: from now on it opens nothing. Raises TokenNotFound."""
    token = token_of(owner, token_id)
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now)


def token_used(*, token: ApiToken, now: datetime) -> None:
    """Note that a program has used it."""
    if token.last_used_at is None or now - token.last_used_at >= _USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
