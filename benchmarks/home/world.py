"""A site to read: people, follows and posts, written by the database itself in a few statements."""

from dataclasses import dataclass

from django.db import connection

# The first people, by key; everybody from CROWD on is one of the many.
SMALL, BUSY, IDLE, FAN, NEWCOMER, STAR = 1, 2, 3, 4, 5, 6
CROWD = 1_000

# What somebody's row needs; everything else has no part in what is measured.
_PEOPLE = """
INSERT INTO accounts_user (id, password, is_superuser, handle, email, name, bio, picture, follower_count,
    following_count, time_zone, language, is_active, is_staff, is_suspended, date_joined)
SELECT n, '!', false, 'p' || n, '', 'Person ' || n, '', '', 0, 0, '', '', true, false, false, now() - interval '1 year'
FROM generate_series(%s, %s) n
"""
_FOLLOWS = """
INSERT INTO accounts_follow (follower_id, followee_id, created_at)
SELECT {follower}, {followee}, now() FROM generate_series(0, %s - 1) n ON CONFLICT DO NOTHING
"""
# Authors are spread by a multiplication, so that neighbours in time are not neighbours in the table of people.
_POSTS = """
INSERT INTO social_post (author_id, text, is_reply, like_count, reply_count, created_at)
SELECT {author}, 'Post number ' || n || ', as long as people write them when they have a minute.', false, 0, 0,
    now() - ((%s - n) || ' seconds')::interval
FROM generate_series(1, %s) n
"""


@dataclass(frozen=True)
class Sizes:
    """How large the site is. `authors` of the crowd write; behind them are as many again who wrote long ago."""

    followers: int = 1_000_000
    following: int = 5_000
    authors: int = 20_000
    posts: int = 1_000_000

    @property
    def idle_from(self) -> int:
        """The key of the first who wrote only long ago."""
        return CROWD + self.authors


def build(sizes: Sizes) -> None:
    """Fill an empty database.

    SMALL follows 10 who write, BUSY `following` who write, IDLE `following` whose only posts are the oldest of all, FAN the
    STAR and 9 others. The STAR has `followers` followers, and writes as everybody does.
    """
    people = max(CROWD + sizes.followers, sizes.idle_from + sizes.following)
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, [SMALL, STAR])
        cursor.execute(_PEOPLE, [CROWD, people])
        # The oldest posts: one each of those who have been silent since.
        cursor.execute(_POSTS.format(author=f"{sizes.idle_from} + n - 1"), [sizes.posts * 2, sizes.following])
        spread = (
            f"CASE WHEN n %% 1000 = 0 THEN {STAR} ELSE {CROWD} + (n::bigint * 7919) %% {sizes.authors} END"
        )
        cursor.execute(_POSTS.format(author=spread), [sizes.posts, sizes.posts])
        for follower, followee, number in (
            (str(SMALL), f"{CROWD} + n * 3", 10),
            (str(BUSY), f"{CROWD} + (n * 3) %% {sizes.authors}", sizes.following),
            (str(IDLE), f"{sizes.idle_from} + n", sizes.following),
            (str(FAN), f"{CROWD} + n * 3", 9),
            (str(FAN), str(STAR), 1),
            (f"{CROWD} + n", str(STAR), sizes.followers),
        ):
            cursor.execute(_FOLLOWS.format(follower=follower, followee=followee), [number])
        cursor.execute(
            "UPDATE accounts_user u SET following_count = f.n FROM (SELECT follower_id, count(*) n FROM accounts_follow"
            " WHERE follower_id < %s GROUP BY 1) f WHERE f.follower_id = u.id",
            [CROWD],
        )
        cursor.execute("UPDATE accounts_user SET follower_count = %s WHERE id = %s", [sizes.followers, STAR])
        for table in ("accounts_user", "accounts_follow", "social_post"):
            cursor.execute(f"VACUUM ANALYZE {table}")


def fan_out(readers: list[int], keep: int) -> None:
    """What a site that writes each post into the home of every follower would have: the newest `keep` for these readers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE home_feed (user_id bigint, post_id bigint, PRIMARY KEY (user_id, post_id))"
        )
        for reader in readers:
            cursor.execute(
                "INSERT INTO home_feed SELECT %s, id FROM social_post WHERE NOT is_reply AND deleted_at IS NULL AND author_id"
                " IN (SELECT followee_id FROM accounts_follow WHERE follower_id = %s UNION SELECT %s)"
                " ORDER BY id DESC LIMIT %s",
                [reader, reader, reader, keep],
            )
        cursor.execute("VACUUM ANALYZE home_feed")
