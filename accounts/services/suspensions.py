"""Somebody is suspended, or no more. Why, and until when, is known to `moderation`, which decides it."""

from django.db import transaction

from accounts.models import User
from accounts.services.sessions import sessions_end_all


def suspension_set(*, user: User, suspended: bool) -> None:
    """Note that `user` is suspended, and sign them out everywhere, or that they are no more. Done twice it is done once."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_suspended=suspended)
        user.is_suspended = suspended
        if suspended:
            sessions_end_all(user=user)
