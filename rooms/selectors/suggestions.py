"""Whom somebody might want to follow."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.core.cache import cache
from django.db.models import Count, Q

from accounts.models import Follow, PersonMute, User
from accounts.selectors import blocks_with
from rooms.models import Space

# What is looked at for one list: the latest of those one follows, of them whoever follows few enough to be telling.
_FOLLOWED_LOOKED_AT = 200
_THEIR_FOLLOWS_MAX = 250
_CANDIDATES = 60
_LIVE_LOOKED_AT = 60
# The most followed people of the site are the same for everybody: counted once in so many seconds.
_POPULAR = 100
_POPULAR_SECONDS = 60
_POPULAR_KEY = "suggestions:popular"


class Reason(StrEnum):
    """Why somebody is suggested."""

    LIVE = "live"
    FOLLOWED = "followed"
    POPULAR = "popular"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody to follow, and why: `live` on a topic one follows, `followed` by `known` of those one follows, or `popular`."""

    person: User
    reason: Reason
    known: int = 0


def suggestions(user: User, *, limit: int) -> list[Suggestion]:
    """Up to `limit` people whom `user` might want to follow: who is live on a topic they follow, then whom those they follow
    follow (the most of them first), then the most followed.

    Nobody whom they follow or have muted, nobody across a block, nobody inactive, never themselves. Three queries and a look
    into the cache (where one more query a minute comes from); what they read is bounded, whoever asks.
    """
    live = _live_on_followed_topics(user)
    known = _followed_by_followed(user)
    order = list(dict.fromkeys([*live, *known, *_popular()]))
    people = {person.pk: person for person in _may_be_followed(user, order)}
    found = []
    for pk in order:
        if pk in people:
            reason = Reason.LIVE if pk in live else Reason.FOLLOWED if pk in known else Reason.POPULAR
            found.append(Suggestion(people[pk], reason, known.get(pk, 0)))
    return found[:limit]


def _live_on_followed_topics(user: User) -> list[int]:
    """Ids of hosts who are on air on a topic that `user` follows, those with the most listeners first."""
    live = Space.objects.live().filter(topics__follows__user=user).order_by("-listeners_seen", "-pk")
    # A Space of two such topics comes twice.
    return list(dict.fromkeys(live.values_list("host_id", flat=True)[:_LIVE_LOOKED_AT]))


def _followed_by_followed(user: User) -> dict[int, int]:
    """Ids of people, and by how many of those whom `user` follows they are followed; the most first.

    At most 200 × 250 rows of one index are read: whoever follows thousands says little by each of them.
    """
    followed = Follow.objects.filter(follower=user)
    latest = followed.order_by("-pk").values("followee_id")[:_FOLLOWED_LOOKED_AT]
    telling = User.objects.filter(pk__in=latest, following_count__lte=_THEIR_FOLLOWS_MAX)
    rows = (
        Follow.objects.filter(follower__in=telling.values("pk"))
        .exclude(followee_id__in=followed.values("followee_id"))
        .exclude(followee=user)
        .values_list("followee_id")
        .annotate(number=Count("pk"))
        .order_by("-number", "-followee_id")
    )
    return dict(rows[:_CANDIDATES])


def _popular() -> list[int]:
    """Ids of the most followed people."""
    found: list[int] | None = cache.get(_POPULAR_KEY)
    if found is None:
        most = User.objects.filter(is_active=True, is_suspended=False, follower_count__gt=0).order_by(
            "-follower_count", "-pk"
        )
        found = list(most.values_list("pk", flat=True)[:_POPULAR])
        cache.set(_POPULAR_KEY, found, _POPULAR_SECONDS)
    return found


def _may_be_followed(user: User, ids: Iterable[int]) -> list[User]:
    mine = Follow.objects.filter(follower=user).values("followee_id")
    muted = PersonMute.objects.filter(owner=user).values("person_id")
    people = User.objects.filter(pk__in=list(ids), is_active=True, is_suspended=False).exclude(pk=user.pk)
    return list(people.exclude(Q(pk__in=mine) | Q(pk__in=muted)).exclude(blocks_with(user, "pk")))
