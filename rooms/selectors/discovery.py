"""Spaces to find: live, upcoming and ended ones, by topic and language, and the topics themselves."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef

from accounts.models import Follow, User
from accounts.selectors import blocks_with
from rooms.errors import TopicNotFound
from rooms.models import Space, SpaceQuerySet, Topic, TopicFollow
from rooms.selectors.replays import above
from rooms.selectors.spaces import Viewer, stage_followed_by
from spaces_project.lib.keyset import KeysetPage, Part, page_after

# More live Spaces than anybody pages through; beyond it topics and search narrow.
_RANKED_MAX = 1000
_ORDER_SECONDS = 900


@dataclass(frozen=True, slots=True)
class LivePage:
    """A page of live Spaces. `order` is given back for the pages after it; "" where this is the only one."""

    spaces: list[Space]
    number: int
    order: str
    has_next: bool


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic, whether the viewer follows it, and how many Spaces of it are live."""

    topic: Topic
    is_followed: bool
    live: int


def topic_by_slug(slug: str) -> Topic:
    """The topic. Raises TopicNotFound."""
    # PostgreSQL refuses a NUL even in a question.
    topic = Topic.objects.filter(slug=slug).first() if "\0" not in slug else None
    if topic is None:
        raise TopicNotFound()
    return topic


def topic_row(topic: Topic, *, viewer: Viewer) -> TopicRow:
    """One topic as `topic_rows` has it."""
    follows = viewer.is_authenticated and TopicFollow.objects.filter(user_id=viewer.pk, topic=topic).exists()
    return TopicRow(topic, follows, _live_by_topic(viewer, topic).get(topic.pk, 0))


def topic_rows(*, viewer: Viewer) -> list[TopicRow]:
    """All topics by name. Three queries, two for guests."""
    followed: set[int] = set()
    if viewer.is_authenticated:
        followed = set(TopicFollow.objects.filter(user_id=viewer.pk).values_list("topic_id", flat=True))
    live = _live_by_topic(viewer)
    return [TopicRow(topic, topic.pk in followed, live.get(topic.pk, 0)) for topic in Topic.objects.all()]


def _live_by_topic(viewer: Viewer, topic: Topic | None = None) -> dict[int, int]:
    live = listed(viewer=viewer, state=Space.State.LIVE, topic=topic)
    # From the live Spaces to their topics: those that have ended are many.
    rows = Space.topics.through.objects.filter(space__in=live.order_by().values("pk"))
    return dict(rows.values_list("topic").annotate(Count("pk")))


def listed(
    *,
    viewer: Viewer,
    state: str = "",
    topic: Topic | None = None,
    language: str = "",
    host: User | None = None,
) -> SpaceQuerySet:
    """Spaces that `viewer` may find, without order; whoever blocks or is blocked by the host finds none of theirs."""
    found = Space.objects.for_cards()
    if state:
        found = found.filter(state=state)
    if topic:
        found = found.filter(topics=topic)
    if language:
        found = found.filter(language=language)
    if host:
        found = found.filter(host=host)
    return found.exclude(blocks_with(viewer, "host_id")) if isinstance(viewer, User) else found


def next_of_series(spaces: SpaceQuerySet) -> SpaceQuerySet:
    """Leave out announced Spaces before which another of their series comes: in lists, a series is its next one."""
    before = Space.objects.filter(
        series=OuterRef("series"), state=Space.State.SCHEDULED, scheduled_at__lt=OuterRef("scheduled_at")
    )
    return spaces.exclude(Exists(before), state=Space.State.SCHEDULED)


def ranked(spaces: SpaceQuerySet, *, viewer: Viewer) -> SpaceQuerySet:
    """Live Spaces: first those with somebody on stage whom `viewer` follows, then of their topics, then the largest.

    Those of one size come newest first. The size is what reconciliation last saw.
    """
    order = ("-listeners_seen", "-started_at", "-pk")
    if not isinstance(viewer, User):
        return spaces.order_by(*order)
    topics = TopicFollow.objects.filter(user=viewer).values("topic")
    theirs = Space.topics.through.objects.filter(space=OuterRef("pk"), topic__in=topics)
    return spaces.annotate(followed=stage_followed_by(viewer), topic_followed=Exists(theirs)).order_by(
        "-followed", "-topic_followed", *order
    )


def live_page(
    *, viewer: Viewer, topic: Topic | None, language: str, number: int, order: str, limit: int
) -> LivePage:
    """A page of live Spaces by rank, from 1.

    Sizes change from second to second: so that no Space is on two pages, or on none, the order of the first page is kept
    for a quarter of an hour, and the pages after it follow it. Without it (`order` unknown) they are ranked anew.
    """
    live = listed(viewer=viewer, state=Space.State.LIVE, topic=topic, language=language)
    number = max(1, number)
    ids: list[UUID] | None = cache.get(_order_key(order)) if order and number > 1 else None
    if ids is None:
        ids = list(ranked(live, viewer=viewer).values_list("pk", flat=True)[:_RANKED_MAX])
        number = min(number, max(1, -(-len(ids) // limit)))
        order = ""
        if len(ids) > limit:
            order = secrets.token_urlsafe(9)
            cache.set(_order_key(order), ids, _ORDER_SECONDS)
    end = number * limit
    shown = ids[end - limit : end]
    # Read again: whoever has the address may not see the same, and some may have ended.
    by_id = live.in_bulk(shown) if shown else {}
    return LivePage([by_id[pk] for pk in shown if pk in by_id], number, order, len(ids) > end)


def _order_key(order: str) -> str:
    # Whatever comes in the address: a key that no memcached or Redis stumbles over.
    return f"live-order:{order[:40].encode().hex()}"


def upcoming_page(
    *, viewer: Viewer, topic: Topic | None, language: str, cursor: str, limit: int
) -> KeysetPage[Space]:
    """Scheduled Spaces, soonest first, of a series its next one: part "followed" of hosts whom `viewer` follows, then "others".

    Raises ValueError for what is no cursor.
    """
    coming = next_of_series(
        listed(viewer=viewer, state=Space.State.SCHEDULED, topic=topic, language=language)
    )
    if not isinstance(viewer, User):
        return page_after([Part("others", coming, "scheduled_at")], cursor, limit=limit)
    follows = Exists(Follow.objects.filter(follower=viewer, followee=OuterRef("host_id")))
    parts = [
        Part("followed", coming.filter(follows), "scheduled_at"),
        Part("others", coming.filter(~follows), "scheduled_at"),
    ]
    return page_after(parts, cursor, limit=limit)


def replays_page(
    *, viewer: Viewer, topic: Topic | None, language: str, cursor: str, limit: int
) -> KeysetPage[Space]:
    """Spaces that can be heard again, the latest first. Raises ValueError for what is no cursor."""
    found = above(settings.REPLAYS_PAGE)(
        viewer=viewer, topic=topic, language=language, cursor=cursor, limit=limit
    )
    return KeysetPage([("ended", row.space) for _, row in found.rows], found.next)
