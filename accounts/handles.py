"""Which handles may be taken; the one rule for sign-up, profile, API and admin."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User, validate_handle

# What people would take for the site itself or for its staff, and words that addresses begin with.
_RESERVED_WORDS = """
    about abuse account accounts admin administrator all anonymous api apps app auth billing blog bubbles contact
    everyone explore feedback follow followers following guest help here home host hosts inbox info invite jobs legal
    listener listeners live login logout mail me media messages mod moderation moderator moderators news notifications
    null nobody official owner password people pictures policy postmaster press privacy profile replays reports root
    rules schedule schema search security sessions settings share signin signout signup site socket space spaces
    speaker speakers staff static status support system team terms tickets topics undefined upcoming user username
    users webhooks webmaster welcome ws www you
"""
RESERVED = frozenset(_RESERVED_WORDS.split())


def clean_handle(handle: str, *, user: User | None = None) -> str:
    """Return `handle` without a leading @, with its case kept.

    Raises django's ValidationError with code `handle.invalid`, `handle.reserved` or `handle.taken`. To `user`, who
    changes theirs, the present one is free in any case, even if it is reserved (staff gave it to them).
    """
    handle = handle.strip().removeprefix("@")
    validate_handle(handle)
    if user is not None and handle.upper() == user.handle.upper():
        return handle
    if handle.lower() in RESERVED:
        raise ValidationError(_("This handle is not available."), code="handle.reserved")
    if User.objects.filter(handle__iexact=handle).exists():
        raise ValidationError(_("This handle is taken."), code="handle.taken")
    return handle
