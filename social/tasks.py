"""Background work of notifications; each task is named after the service it calls."""

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from social.services import deliveries, fanouts, followers
from spaces_project.lib.slots import slot


@shared_task
def fanouts_run() -> None:
    """Work off the fan-outs that are due (beat, every 2 s, and when one is scheduled for now)."""
    fanouts.fanouts_run(now=timezone.now())


@shared_task
def deliveries_run() -> None:
    """Send the e-mail and pushes that are due (beat, every 2 s, and when something is written for now).

    On `DELIVERY_RUNNERS` workers at most: a slow mail server must not keep all of them from what is live.
    """
    with slot(
        "deliveries", most=settings.DELIVERY_RUNNERS, seconds=settings.DELIVERY_LEASE_SECONDS
    ) as is_free:
        if is_free:
            deliveries.deliveries_run(now=timezone.now())


@shared_task
def new_follower_of_many(follower_id: int, followee_ids: list[int]) -> None:
    """Tell those whom somebody has followed by an import. Done twice it is done once."""
    followers.new_follower_of_many(follower_id=follower_id, followee_ids=followee_ids, now=timezone.now())
