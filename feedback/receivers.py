"""Votes are counted where they go: taken back, or with an account."""

from typing import Any

from django.db.models import F
from django.db.models.signals import post_delete
from django.dispatch import receiver

from feedback.models import RoadmapItem, Vote


@receiver(post_delete, sender=Vote)
def vote_gone(instance: Vote, **kwargs: Any) -> None:
    """One vote less; where the item goes with it, nothing is there to be changed."""
    RoadmapItem.objects.filter(pk=instance.item_id).update(vote_count=F("vote_count") - 1)
