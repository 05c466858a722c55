"""The numbers on the inbox, told to all devices of a person when one of them may have changed."""

from django.db import transaction

from social.selectors.notifications import inbox_counts
from spaces_project.lib import broadcast


def tell_counts_on_commit(*user_ids: int) -> None:
    """Send `inbox.counts` to each of these people after commit, with the numbers of then. One query."""
    transaction.on_commit(lambda: tell_counts(*user_ids), robust=True)


def tell_counts(*user_ids: int) -> None:
    """As `tell_counts_on_commit`, now."""
    for user_id, counts in inbox_counts(user_ids).items():
        broadcast.send(broadcast.user_group(user_id), {"type": "inbox.counts", "data": counts})
