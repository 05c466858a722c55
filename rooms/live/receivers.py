"""What accounts says that the sockets of somebody must hear of (after commit)."""

from typing import Any

from django.dispatch import receiver

from accounts.signals import follow_changed, follows_imported, sessions_ended
from rooms import selectors
from spaces_project.lib import broadcast


@receiver(sessions_ended)
def close_sockets(user_id: int, **_: Any) -> None:
    """A session has ended: its sockets go, and all others of the person, which come back if their session stands."""
    broadcast.tell_processes({"type": "hub.sessions_ended", "user": user_id}, broadcast.user_group(user_id))


@receiver(follow_changed)
def read_bubbles_again(follower_id: int, followee_id: int, **_: Any) -> None:
    """Whoever follows somebody who is on a live stage gets the bubble at once, and loses it by leaving them."""
    if selectors.live_space_of([followee_id]):
        message = {"type": "hub.bubbles_changed", "user": follower_id}
        broadcast.tell_processes(message, broadcast.user_group(follower_id))


@receiver(follows_imported)
def read_bubbles_after_import(follower_id: int, followee_ids: list[int], **_: Any) -> None:
    """As above, once for all whom somebody has followed together."""
    if selectors.live_space_of(followee_ids):
        message = {"type": "hub.bubbles_changed", "user": follower_id}
        broadcast.tell_processes(message, broadcast.user_group(follower_id))
