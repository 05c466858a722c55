"""Somebody leaves for good: closed at first, so that nobody sees them and they cannot sign in; emptied in the end.

When, and what else goes, is known to the app above that decides it (own_data). Each of these may be done again.
"""

import secrets

from django.db import transaction
from django.db.models import F, Q

from accounts.models import Follow, User
from accounts.services.sessions import sessions_end_all

# What an emptied account is called: it has no other name any more, in no language.
EMPTIED_NAME = "Deleted account"


def account_close(*, user: User) -> None:
    """Sign `user` out everywhere, for as long as the account is closed; for others they are not there."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_active=False)
        user.is_active = False
        sessions_end_all(user=user)


def account_reopen(*, user: User) -> None:
    """They are there again, and may sign in."""
    User.objects.filter(pk=user.pk).update(is_active=True)
    user.is_active = True


def follows_forget(*, user: User) -> None:
    """`user` follows nobody, and nobody follows them; the counts of the others move with it.

    Locks everybody concerned in the order of their ids, as follow and unfollow do.
    """
    with transaction.atomic():
        concerned = User.objects.filter(
            Q(pk=user.pk)
            | Q(pk__in=Follow.objects.filter(follower=user).values("followee_id"))
            | Q(pk__in=Follow.objects.filter(followee=user).values("follower_id"))
        )
        list(concerned.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
        # And nothing that names them can be committed from now on: it waits for this lock.
        User.objects.select_for_update().filter(pk=user.pk).values_list("pk", flat=True).first()
        # Under the locks: nobody can follow them or leave them now.
        mine = Follow.objects.filter(follower=user)
        User.objects.filter(pk__in=mine.values("followee_id")).update(follower_count=F("follower_count") - 1)
        theirs = Follow.objects.filter(followee=user)
        User.objects.filter(pk__in=theirs.values("follower_id")).update(
            following_count=F("following_count") - 1
        )
        mine.delete()
        theirs.delete()
        User.objects.filter(pk=user.pk).update(follower_count=0, following_count=0)


def account_empty(*, user: User) -> None:
    """Nothing is left of `user` but the number of their account, under a handle made by chance; the old one is free again.

    The row itself stays: orders, decisions and the audit log refer to it, and say so no more about anybody.
    """
    with transaction.atomic():
        found: User = User.objects.select_for_update().get(pk=user.pk)
        storage, picture = found.picture.storage, found.picture.name
        found.handle = f"deleted_{secrets.token_hex(6)}"
        found.name, found.email, found.bio, found.picture.name = EMPTIED_NAME, "", "", ""
        found.time_zone = found.language = ""
        found.is_active = found.is_staff = found.is_superuser = False
        found.last_login = None
        found.set_unusable_password()
        found.save()
        if picture:
            transaction.on_commit(lambda: storage.delete(picture), robust=True)
