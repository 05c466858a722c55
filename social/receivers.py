"""What accounts says that somebody is to be told of (after commit), and what goes with a session or an account."""

from typing import Any

from django.db.models import Q
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils import timezone

from accounts.models import User
from accounts.signals import follow_changed, follows_imported, sessions_ended
from social.models import Notification
from social.services.app_devices import app_devices_of_ended_sessions
from social.services.followers import new_follower
from spaces_project.lib.tasks import enqueue


@receiver(follow_changed)
def tell_of_follower(follower_id: int, followee_id: int, following: bool, **_: Any) -> None:
    """Somebody has a new follower. Told once for each pair: leaving and following again tells nothing."""
    if not following:
        return
    people = User.objects.in_bulk([follower_id, followee_id])
    if len(people) == 2:
        new_follower(user=people[followee_id], follower=people[follower_id], now=timezone.now())


@receiver(follows_imported)
def tell_of_import(follower_id: int, followee_ids: list[int], **_: Any) -> None:
    """Hundreds of people have a new follower at once: a worker tells them, one after the other."""
    enqueue("social.tasks.new_follower_of_many", follower_id, followee_ids)


@receiver(sessions_ended)
def forget_apps(user_id: int, **_: Any) -> None:
    """An app that somebody was signed out of shows them nothing more."""
    app_devices_of_ended_sessions(user_id=user_id)


@receiver(pre_delete, sender=User)
def delete_notifications(instance: User, **_: Any) -> None:
    """What was told since Django looked for what goes with an account goes, too; after accounts has locked its row."""
    Notification.objects.filter(Q(user=instance) | Q(actor=instance)).delete()
