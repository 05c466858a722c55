"""Reactions: a tap that everybody in the Space sees, summed."""

import logging
from datetime import datetime

import redis
from django.conf import settings
from django.utils.translation import gettext as _

from accounts.models import User
from rooms import reactions
from rooms.errors import NotInSpace
from rooms.models import Participation, Space
from rooms.permissions import Action, require
from rooms.selectors.schedule import not_live
from spaces_project.lib import limits
from spaces_project.lib.errors import Invalid

logger = logging.getLogger(__name__)


def space_react(*, space: Space, user: User, kind: str, now: datetime) -> None:
    """Count one tap of `kind`, one of `SPACES_REACTIONS`; it goes out with the next tick of each process.

    Raises Invalid (`kind`), TooMany, NotInSpace, Removed, SpaceEnded. A tap that Redis does
    not take is lost: it is worth no error.
    """
    if kind not in settings.SPACES_REACTIONS:
        raise Invalid(
            fields={
                "kind": [_("Choose one of: {choices}").format(choices=" ".join(settings.SPACES_REACTIONS))]
            }
        )
    limits.require(Action.REACT, user=user, now=now)
    participation = Participation.objects.select_related("space").filter(space=space, user=user).first()
    current = participation.space if participation else space
    if not current.is_live:
        raise not_live(current)
    if not require(participation, Action.REACT).is_present:
        raise NotInSpace()
    try:
        reactions.add(space.pk, kind)
    except redis.RedisError as error:
        logger.warning("Lost a reaction: %s", error)
