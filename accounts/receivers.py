"""What accounts does when Django or allauth says that something has happened."""

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.services import follows_forget, sessions_announce_ended


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
    """Whoever is deleted is counted no more by those they follow, nor by those who follow them."""
    follows_forget(user=instance)


@receiver(post_delete, sender=User)
def delete_picture(instance: User, **_: Any) -> None:
    """The picture's file goes with its owner, after commit."""
    storage, name = instance.picture.storage, instance.picture.name
    if name:
        transaction.on_commit(lambda: storage.delete(name), robust=True)
