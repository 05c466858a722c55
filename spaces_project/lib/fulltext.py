"""PostgreSQL's full text search and trigrams, as conditions for querysets; nothing here is used on SQLite.

The configuration is "simple" (words as they are, in lower case): a site with sixteen languages has no one stemmer. The
expressions must be those of the indexes that the migrations make, else no index serves them
(tests/rooms/test_search_indexes.py).
"""

from functools import cache
from typing import Any

from django.contrib.postgres.search import SearchQueryField, SearchVector
from django.db import connection
from django.db.models import BooleanField, F, FloatField, Func, Value
from django.db.models.functions import Upper

CONFIG = "simple"


def is_available() -> bool:
    """Whether the database has full text search."""
    return connection.vendor == "postgresql"


def has_index(name: str) -> bool:
    """Whether there is an index of that name: those on trigrams exist only where the server has pg_trgm.

    Asked once a process and database; whoever makes it later starts the site anew.
    """
    return is_available() and _has_index(str(connection.settings_dict["NAME"]), name)


@cache
def _has_index(database: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        return bool(cursor.fetchone()[0])


def forget_indexes() -> None:
    """Ask anew which indexes there are."""
    _has_index.cache_clear()


class PrefixQuery(Func):
    """The words of a text as a tsquery, the last one as the beginning of a word; NULL for a text without words.

    PostgreSQL splits the text, as it split what was indexed, so that no sign in it can be an operator.
    """

    output_field = SearchQueryField()
    template = (
        f"(CASE WHEN numnode(plainto_tsquery('{CONFIG}', %(expressions)s)) > 0"
        f" THEN (plainto_tsquery('{CONFIG}', %(expressions)s)::text || ':*')::tsquery END)"
    )

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        """The text stands in it twice."""
        sql, params = super().as_sql(*args, **kwargs)
        return sql, [*params, *params]


class WholeQuery(Func):
    """The words of a text as a tsquery, each whole."""

    output_field = SearchQueryField()
    template = f"plainto_tsquery('{CONFIG}', %(expressions)s)"


class AnyOf(Func):
    """What one of these tsqueries finds; one that is NULL finds nothing."""

    output_field = SearchQueryField()
    template = "(%(expressions)s)"
    arg_joiner = " || "


class Matches(Func):
    """Whether a text has what a tsquery asks for."""

    output_field = BooleanField()
    template = "(%(expressions)s)"
    arg_joiner = " @@ "


class Resembles(Func):
    """Whether a part of a text is like another text, by their trigrams (pg_trgm.word_similarity_threshold)."""

    output_field = BooleanField()
    template = "(%(expressions)s)"
    arg_joiner = " %%> "


class Likeness(Func):
    """How like a text is to the most similar part of another, 0 to 1."""

    output_field = FloatField()
    function = "word_similarity"


def words(*fields: str) -> SearchVector:
    """The words of these fields."""
    return SearchVector(*fields, config=CONFIG)


def queries(asked: list[str]) -> list[Func]:
    """A tsquery for each of these words: whole words but for the last, which may be the beginning of one."""
    return [*(WholeQuery(Value(word)) for word in asked[:-1]), *(PrefixQuery(Value(w)) for w in asked[-1:])]


def resembles(field: str, text: str) -> Resembles:
    """Whether a part of `field` is like `text`, whatever its case: served by an index on UPPER(field)."""
    return Resembles(Upper(F(field)), Value(text.upper()))


def likeness(field: str, text: str) -> Likeness:
    """How like `text` is to the most similar part of `field`, 0 to 1."""
    return Likeness(Value(text.upper()), Upper(F(field)))
