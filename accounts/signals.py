"""What accounts tells the apps above it. Receivers get it after commit; they only enqueue or send, and never raise.

`sessions_ended`: `user_id`. At least one session of this person has ended: signed out, ended from another device,
password changed, deactivated. Sockets opened with it must go: close all of the person's, and let those come back whose
session stands.

`follow_changed`: `follower_id`, `followee_id`, `following`. Somebody now follows somebody (True), or no more (False).

`follows_imported`: `follower_id`, `followee_ids`. Somebody now follows all of these people: once for an import of many, in the
place of a `follow_changed` for each.

`block_changed`: `owner_id`, `person_id`, `blocked`. Somebody now blocks somebody (True), or no more (False).

`people_blocked`: `owner_id`, `person_ids`. Somebody now blocks all of these people: once for an import of many, in the place of
a `block_changed` for each.
"""

from typing import Any

from django.db import transaction
from django.dispatch import Signal

sessions_ended = Signal()
follow_changed = Signal()
follows_imported = Signal()
block_changed = Signal()
people_blocked = Signal()


def send_on_commit(signal: Signal, **data: Any) -> None:
    """Send a signal once the current transaction is committed; a receiver that fails is logged and stops nobody."""
    transaction.on_commit(lambda: signal.send_robust(sender=None, **data))
