"""Whom a fan-out about the list is told to (`FANOUT_AUDIENCES`)."""

from feedback.models import Vote
from social.audiences import Audience
from social.models import Fanout


def voters(fanout: Fanout) -> Audience:
    """Those who voted for the item in its `data`; authors of what was put together in it are among them."""
    return Audience(Vote.objects.filter(item_id=fanout.data.get("item")), "user_id")
