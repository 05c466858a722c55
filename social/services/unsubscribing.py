"""Turning e-mail off from a link in one."""

from collections.abc import Sequence

from accounts.models import User
from social.models import Channel
from social.notification_kinds import KINDS
from social.services.notifications import preferences_update


def emails_turn_off(*, user: User, kinds: Sequence[str] | None = None) -> None:
    """`user` gets no more e-mail about these kinds, or about anything (None); other channels stay. Twice is once.

    What waits is dropped when its turn comes.
    """
    off = KINDS if kinds is None else kinds
    preferences_update(user=user, changes={kind: {Channel.EMAIL: False} for kind in off})
