"""Home's posts: those of the people one follows, merged when they are read. Nothing is written for those who follow.

Two ways, in one statement, since each is slow where the other is quick (measured in benchmarks/home):

- `near` looks at the newest posts of all, a stretch of `_STRETCH` keys, and takes those by people one follows. Whoever
  follows many who write finds a page there at once, however many they are.
- Where that is no full page: `latest` asks the index `post_timeline` for the newest post of each person one follows, one
  step an author. The newest posts of all can only be by the `foremost` few of them, so only of these a page is read. It costs
  the same whether those people are followed by ten or by a million, and does not depend on how many posts there are.
"""

from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef

from accounts.models import Follow, PersonMute, User

_STRETCH = 2_000
_ALL = 2**63 - 1

# Who is left out: switched off, suspended, not to be heard by oneself, or blocked either way (a block ends the following, but
# not one made at the same moment). A value rather than a join, so that it is asked in order, and of no more than it takes.
_HEARD = """
    (SELECT is_active AND NOT is_suspended FROM accounts_user WHERE accounts_user.id = author_id)
    AND author_id NOT IN (
        SELECT person_id FROM accounts_personmute WHERE owner_id = %(me)s
        UNION ALL SELECT person_id FROM accounts_block WHERE owner_id = %(me)s
        UNION ALL SELECT owner_id FROM accounts_block WHERE person_id = %(me)s
    )
"""
_SHOWN = "NOT is_reply AND deleted_at IS NULL AND id < %(before)s"

_STATEMENT = """
WITH near AS MATERIALIZED (
    SELECT id FROM social_post
    WHERE {shown} AND id >= {top} - %(stretch)s
        AND (author_id = %(me)s OR author_id IN (SELECT followee_id FROM accounts_follow WHERE follower_id = %(me)s))
        AND {heard}
    ORDER BY id DESC LIMIT %(limit)s
),
people AS (
    SELECT followee_id AS author_id FROM accounts_follow
    WHERE follower_id = %(me)s AND (SELECT count(*) FROM near) < %(limit)s
    UNION ALL
    SELECT id FROM accounts_user WHERE id = %(me)s
),
latest AS MATERIALIZED (
    SELECT author_id, (
        SELECT id FROM social_post WHERE social_post.author_id = people.author_id AND {shown} ORDER BY id DESC LIMIT 1
    ) AS newest
    FROM people
),
foremost AS MATERIALIZED (
    SELECT author_id FROM (SELECT author_id, newest FROM latest WHERE newest IS NOT NULL ORDER BY newest DESC) ranked
    WHERE {heard}
    ORDER BY newest DESC LIMIT %(limit)s
),
far AS ({far})
SELECT id FROM near UNION SELECT id FROM far ORDER BY id DESC LIMIT %(limit)s
"""
# SQLite has no LATERAL; the databases it is for are small.
_FAR = {
    "postgresql": """
    SELECT page.id FROM foremost, LATERAL (
        SELECT id FROM social_post WHERE social_post.author_id = foremost.author_id AND {shown} ORDER BY id DESC LIMIT %(limit)s
    ) page
""",
    "sqlite": """
    SELECT id FROM social_post WHERE author_id IN (SELECT author_id FROM foremost) AND {shown} ORDER BY id DESC LIMIT %(limit)s
""",
}


def timeline_ids(user: User, *, before: int | None, limit: int) -> list[int]:
    """The keys of the newest `limit` posts of home (older than the post `before`, if that is given). One query."""
    top = "(SELECT max(id) FROM social_post)" if before is None else "%(before)s"
    far = _FAR[connection.vendor].format(shown=_SHOWN)
    statement = _STATEMENT.format(top=top, far=far, shown=_SHOWN, heard=_HEARD)
    values: dict[str, Any] = {
        "me": user.pk,
        "before": _ALL if before is None else before,
        "stretch": _STRETCH,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [key for (key,) in cursor.fetchall()]


def connected_readers(*, author_ids: Collection[int], among: Collection[int]) -> set[tuple[int, int]]:
    """Who of `among` has posts of whom on their home: pairs of (author, reader). One query.

    `among` are the people connected to one process, so that nothing loops over all followers.
    """
    if not author_ids or not among:
        return set()
    muted = PersonMute.objects.filter(owner_id=OuterRef("follower_id"), person_id=OuterRef("followee_id"))
    found = Follow.objects.filter(followee_id__in=author_ids, follower_id__in=among).exclude(Exists(muted))
    return set(found.values_list("followee_id", "follower_id"))
