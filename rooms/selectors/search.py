"""Search: Spaces by title, host and topic; people by name and handle.

On PostgreSQL words are looked up in full text indexes, the last one as the beginning of a word. What finds nothing so is
tried again as part of a title or name, and by likeness where the server has trigrams (`…_similar`). SQLite compares text.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Greatest

from accounts.models import HANDLE_MAX_LENGTH, Follow, User
from accounts.selectors import blocks_with
from rooms.models import Space, SpaceQuerySet, Topic
from rooms.selectors.discovery import listed, next_of_series
from rooms.selectors.spaces import Viewer
from spaces_project.lib import fulltext, limits
from spaces_project.lib.fulltext import AnyOf, Matches
from spaces_project.lib.keyset import Arm, KeysetPage, Part, UnionPart, page_after
from spaces_project.lib.text import clean_line

QUERY_MAX_LENGTH = 100
_WORDS_MAX = 6
# Of so many hosts that a word finds, those with the most followers, Spaces are looked for.
_HOSTS_MAX = 500
_SIMILAR_MAX = 20
# Made where the server has trigrams (migrations 0005 of accounts, 0007 of rooms).
_TITLE_TRIGRAMS = "space_title_trigrams"
_NAME_TRIGRAMS = "user_name_trigrams"

# What is found of each state, in this order, by what it is ordered by.
_STATES = {
    Space.State.LIVE: "-started_at",
    Space.State.SCHEDULED: "scheduled_at",
    Space.State.ENDED: "-ended_at",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for: the text, cleaned and cut, and its words. Signs and emoji alone are no words."""

    text: str
    words: tuple[str, ...]


def asked(query: str) -> Asked:
    """Read what was typed: any text at all."""
    text = clean_line(query)[:QUERY_MAX_LENGTH].strip().removeprefix("@")
    words = [_bare(word) for word in text.split() if any(sign.isalnum() for sign in word)]
    return Asked(text, tuple(words[:_WORDS_MAX]))


def _bare(word: str) -> str:
    """The word without the punctuation around it."""
    signs = "".join(sign for sign in word if unicodedata.category(sign)[0] in "PS")
    return word.strip(signs)


def require_pace(*, viewer: Viewer, address: str, now: datetime) -> None:
    """Count a search of `viewer`, who may be a guest, from `address`. Raises TooMany."""
    limits.require("search", user=viewer if isinstance(viewer, User) else None, address=address, now=now)


def spaces_found(what: Asked, *, viewer: Viewer, cursor: str, limit: int) -> KeysetPage[Space]:
    """Spaces in which every word is in the title, the host's name or handle, or a topic.

    Live ones first, then upcoming ones, soonest first, then ended ones, the latest first; parts have the state's name.
    Raises ValueError for what is no cursor.
    """
    parts = _space_parts(what, viewer) if what.words else []
    return page_after(parts, cursor, limit=limit)


def _space_parts(what: Asked, viewer: Viewer) -> list[Part[Space]]:
    states = [
        (state, next_of_series(listed(viewer=viewer, state=state)), by) for state, by in _STATES.items()
    ]
    if not fulltext.is_available():
        return [Part(state, rows.filter(_plain_words(what.words)), by) for state, rows, by in states]
    queries = fulltext.queries(list(what.words))
    # Read first: a plan for topics that are not known walks through all Spaces to find none.
    about = Topic.objects.filter(Matches(fulltext.words("name"), AnyOf(*queries)))
    topics = list(about.values_list("pk", flat=True))
    return [UnionPart(state, rows, by, arms=_space_arms(queries, topics, rows)) for state, rows, by in states]


def _space_arms(
    queries: Sequence[fulltext.Func], topics: Sequence[int], rows: SpaceQuerySet
) -> list[Arm[Space]]:
    """Every word in the title; or one in the host or a topic, and the others anywhere. Each has an index to begin with."""
    in_title = reduce(and_, [Q(Matches(fulltext.words("title"), query)) for query in queries])
    hosts = User.objects.filter(
        Matches(fulltext.words("name", "handle"), AnyOf(*queries)), is_active=True, is_suspended=False
    )
    first = hosts.order_by("-follower_count", "pk").values("pk")[:_HOSTS_MAX]
    checked = rows.filter(_every_word(queries)) if len(queries) > 1 else rows
    arms = [Arm(rows.filter(in_title), is_gathered=True), Arm(checked.filter(host__in=first))]
    if topics:
        about = Space.topics.through.objects.filter(topic__in=topics)
        arms.append(Arm(checked.filter(pk__in=about.values("space"))))
    return arms


def _every_word(queries: Sequence[fulltext.Func]) -> Q:
    """Whether each word is in the title, in the host or in a topic."""

    def is_there(query: fulltext.Func) -> Q:
        about = Space.topics.through.objects.filter(space=OuterRef("pk"))
        return (
            Q(Matches(fulltext.words("title"), query))
            | Q(Matches(fulltext.words("host__name", "host__handle"), query))
            | Q(Exists(about.filter(Matches(fulltext.words("topic__name"), query))))
        )

    return reduce(and_, map(is_there, queries))


def _plain_words(words: Sequence[str]) -> Q:
    def is_there(word: str) -> Q:
        about = Space.topics.through.objects.filter(space=OuterRef("pk"), topic__name__icontains=word)
        of_host = Q(host__name__icontains=word) | Q(host__handle__icontains=word)
        return Q(title__icontains=word) | of_host | Q(Exists(about))

    return reduce(and_, map(is_there, words))


def spaces_similar(what: Asked, *, viewer: Viewer) -> list[Space]:
    """For what `spaces_found` does not find: up to 20 Spaces with it inside a title, or with a title like it."""
    if not what.words or not fulltext.is_available():
        return []
    rows = listed(viewer=viewer).filter(state__in=list(_STATES))
    inside = Q(title__icontains=what.text)
    if not fulltext.has_index(_TITLE_TRIGRAMS):
        return list(rows.filter(inside).order_by("-pk")[:_SIMILAR_MAX])
    like = rows.filter(inside | Q(fulltext.resembles("title", what.text)))
    return list(
        like.annotate(likeness=fulltext.likeness("title", what.text)).order_by("-likeness", "-pk")[
            :_SIMILAR_MAX
        ]
    )


def people_found(what: Asked, *, viewer: Viewer, cursor: str, limit: int) -> KeysetPage[User]:
    """People with every word in their name or handle: whose handle it is first, then by followers.

    Each has `is_following`: whether `viewer` follows them. Raises ValueError for what is no cursor.
    """
    if not what.words:
        return page_after(_no_people(), cursor, limit=limit)
    rows = _people(viewer)
    handle = what.text if len(what.text) <= HANDLE_MAX_LENGTH else ""
    exact = Q(handle__iexact=handle)
    parts = [
        Part("exact", rows.filter(exact), "-follower_count"),
        Part("people", rows.filter(_named(what, handle)).exclude(exact), "-follower_count"),
    ]
    return page_after(parts, cursor, limit=limit)


def _no_people() -> list[Part[User]]:
    return []


def _named(what: Asked, handle: str) -> Q:
    if fulltext.is_available():
        name = fulltext.words("name", "handle")
        named = reduce(and_, [Q(Matches(name, query)) for query in fulltext.queries(list(what.words))])
    else:
        named = reduce(and_, [Q(name__icontains=word) | Q(handle__icontains=word) for word in what.words])
    return named | Q(handle__istartswith=handle) if handle else named


def people_similar(what: Asked, *, viewer: Viewer) -> list[User]:
    """For what `people_found` does not find: up to 20 people with it inside name or handle, or with one like it."""
    if not what.words or not fulltext.is_available():
        return []
    inside = Q(name__icontains=what.text) | Q(handle__icontains=what.text)
    if not fulltext.has_index(_NAME_TRIGRAMS):
        return list(_people(viewer).filter(inside).order_by("-follower_count", "-pk")[:_SIMILAR_MAX])
    like = Q(fulltext.resembles("name", what.text)) | Q(fulltext.resembles("handle", what.text))
    likeness = Greatest(fulltext.likeness("name", what.text), fulltext.likeness("handle", what.text))
    found = _people(viewer).filter(inside | like).annotate(likeness=likeness)
    return list(found.order_by("-likeness", "-follower_count", "-pk")[:_SIMILAR_MAX])


def _people(viewer: Viewer) -> QuerySet[User]:
    people = User.objects.filter(is_active=True, is_suspended=False)
    if not isinstance(viewer, User):
        return people.annotate(is_following=Value(False))
    mine = Follow.objects.filter(follower=viewer, followee=OuterRef("pk"))
    return people.exclude(blocks_with(viewer, "pk")).annotate(is_following=Exists(mine))
