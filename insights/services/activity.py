"""Whose day it was: from the marks in Redis into rows."""

import logging
from collections.abc import Collection
from datetime import date, datetime

import redis
from django.conf import settings
from django.db import IntegrityError, transaction

from accounts.models import User
from insights.models import ActiveDay
from spaces_project.lib import activity

logger = logging.getLogger(__name__)


def activity_write(*, now: datetime) -> int:
    """Write a row for everybody who was marked since the last time, and take the marks away. Returns for how many people.

    First the rows, then the marks: a worker that dies in between leaves marks that lead to the same rows once more.
    """
    count = 0
    try:
        for day, user_ids in activity.waiting(now=now, most=settings.INSIGHTS_BATCH):
            try:
                _write(day, user_ids)
            except IntegrityError:
                # An account was deleted this very moment; the others come with the next round.
                logger.info("Days of %s are written in the next round", day)
                break
            activity.written(day, user_ids)
            count += len(user_ids)
    except redis.RedisError as error:
        logger.warning("No marks of who was here: %s", error)
    return count


def _write(day: date, user_ids: Collection[int]) -> None:
    with transaction.atomic():
        # Accounts that are gone by now were here as well, but nobody can say whose day it was.
        known = User.objects.filter(pk__in=user_ids).values_list("pk", flat=True)
        ActiveDay.objects.bulk_create(
            [ActiveDay(day=day, user_id=user_id) for user_id in known], ignore_conflicts=True
        )
