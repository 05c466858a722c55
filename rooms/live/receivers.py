"""What accounts says that the sockets of somebody must hear of (after commit)."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.dispatch import receiver
from django.utils import timezone

from accounts.signals import block_changed, follow_changed, follows_imported, people_blocked, sessions_ended
from rooms import selectors
from rooms.services.audio import sound_end
from rooms.services.blocking import blocked_put_out
from spaces_project.lib import broadcast


@receiver(sessions_ended)
def close_sockets(user_id: int, **_: Any) -> None:
    """A session has ended: its sockets go, and all others of the person, which come back if their session stands."""
    broadcast.tell_processes({"type": "hub.sessions_ended", "user": user_id}, broadcast.user_group(user_id))


@receiver(sessions_ended)
def end_sound(user_id: int, **_: Any) -> None:
    """What was heard with the session that has ended goes silent; who is still signed in elsewhere comes back by themselves."""
    sound_end(user_id=user_id)


@receiver(follow_changed)
def read_bubbles_again(follower_id: int, followee_id: int, **_: Any) -> None:
    """Whoever follows somebody who is on a live stage gets the bubble at once, and loses it by leaving them."""
    if selectors.live_space_of([followee_id], viewer=AnonymousUser()):
        message = {"type": "hub.bubbles_changed", "user": follower_id}
        broadcast.tell_processes(message, broadcast.user_group(follower_id))


@receiver(follows_imported)
def read_bubbles_after_import(follower_id: int, followee_ids: list[int], **_: Any) -> None:
    """As above, once for all whom somebody has followed together."""
    if selectors.live_space_of(followee_ids, viewer=AnonymousUser()):
        message = {"type": "hub.bubbles_changed", "user": follower_id}
        broadcast.tell_processes(message, broadcast.user_group(follower_id))


@receiver(block_changed)
def keep_apart(owner_id: int, person_id: int, blocked: bool, **_: Any) -> None:
    """Whoever is blocked is out of the Spaces of the other, at once; the bubbles of both are those they may see now."""
    if blocked:
        blocked_put_out(owner_id=owner_id, person_ids=[person_id], now=timezone.now())
    _bubbles_again_across(owner_id, [person_id])


@receiver(people_blocked)
def keep_apart_after_import(owner_id: int, person_ids: list[int], **_: Any) -> None:
    """As above, once for all whom somebody has blocked together."""
    blocked_put_out(owner_id=owner_id, person_ids=person_ids, now=timezone.now())
    _bubbles_again_across(owner_id, person_ids)


def _bubbles_again_across(owner_id: int, person_ids: list[int]) -> None:
    """Who is live is asked for once; nothing is said to whom it is not about."""
    live = selectors.live_space_of([owner_id, *person_ids], viewer=AnonymousUser())
    told = {owner_id} if live.keys() & set(person_ids) else set[int]()
    if owner_id in live:
        told.update(person_ids)
    for user_id in told:
        message = {"type": "hub.bubbles_changed", "user": user_id}
        broadcast.tell_processes(message, broadcast.user_group(user_id))
