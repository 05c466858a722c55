"""What accounts does when Django or allauth says that something has happened."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models import F, Q
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import Follow, User
from accounts.services import sessions_announce_ended


@receiver(user_logged_out)
def forget_session(request: HttpRequest, user: User | None, **_: Any) -> None:
    """Whoever signs out has one session less in their list, and their sockets go."""
    if user is None:
        return
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    sessions_announce_ended(user_id=user.pk)


@receiver([password_changed, password_set, password_reset])
def announce_sessions_ended(user: User, **_: Any) -> None:
    """A new password ends every session that was begun with the old one (Django's session hash)."""
    sessions_announce_ended(user_id=user.pk)


@receiver(pre_delete, sender=User)
def uncount_follows(instance: User, **_: Any) -> None:
    """Whoever is deleted is counted no more by those they follow, nor by those who follow them.

    Locks everybody concerned in the order of their ids, as follow and unfollow do.
    """
    with transaction.atomic():
        concerned = User.objects.filter(
            Q(pk=instance.pk)
            | Q(pk__in=Follow.objects.filter(follower=instance).values("followee_id"))
            | Q(pk__in=Follow.objects.filter(followee=instance).values("follower_id"))
        )
        list(concerned.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
        # And nothing that names them can be committed from now on: it waits for this lock, and then finds nobody.
        User.objects.select_for_update().filter(pk=instance.pk).values_list("pk", flat=True).first()
        # Under the locks: nobody can follow them or leave them now.
        mine = Follow.objects.filter(follower=instance).values("followee_id")
        User.objects.filter(pk__in=mine).update(follower_count=F("follower_count") - 1)
        theirs = Follow.objects.filter(followee=instance).values("follower_id")
        User.objects.filter(pk__in=theirs).update(following_count=F("following_count") - 1)


@receiver(post_delete, sender=User)
def delete_picture(instance: User, **_: Any) -> None:
    """The picture's file goes with its owner, after commit."""
    storage, name = instance.picture.storage, instance.picture.name
    if name:
        transaction.on_commit(lambda: storage.delete(name), robust=True)
