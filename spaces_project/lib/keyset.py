"""Lists in parts: one queryset after the other as one list, read in pages whose cost does not grow with their number."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F, Field, Func, Model, Q, QuerySet
from django.db.models.expressions import OrderBy

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Part(Generic[M]):
    """Rows of one kind, in the order of `by`: a field that is never null ("-ended_at"), then the key in the same direction."""

    name: str
    rows: QuerySet[M]
    by: str

    @property
    def order(self) -> tuple[str, str]:
        """What the rows are ordered by: the key makes every place in the order one row's own."""
        return self.by, "-pk" if self.by.startswith("-") else "pk"

    @property
    def field(self) -> "Field[Any, Any]":
        """The field the rows are ordered by."""
        field = self.rows.model._meta.get_field(self.by.lstrip("-"))
        assert isinstance(field, Field)
        return field

    def take(self, after: Q | None, limit: int) -> list[M]:
        """The first `limit` rows that are `after`."""
        rows = self.rows if after is None else self.rows.filter(after)
        return list(rows.order_by(*self.order)[:limit])


class _Gathered(Func):
    """A moment as it is, which no index is in the order of."""

    template = "(%(expressions)s + interval '0')"


@dataclass(frozen=True)
class Arm(Generic[M]):
    """Rows that one index leads to. `is_gathered`: all are gathered from it and then put in order.

    Else PostgreSQL is free to walk along the order until it has met enough of them, which it believes to be quick: it
    does not know how rare a word is, and compares 200,000 titles to find one.
    """

    rows: QuerySet[M]
    is_gathered: bool = False


@dataclass(frozen=True)
class UnionPart(Part[M]):
    """The rows that any of `arms` finds, by a moment; `rows` says how they are loaded. PostgreSQL only; two queries."""

    arms: Sequence[Arm[M]] = ()

    def take(self, after: Q | None, limit: int) -> list[M]:
        """As Part's."""
        by, key = self.by.lstrip("-"), "-id" if self.by.startswith("-") else "id"
        firsts = []
        for arm in self.arms:
            order: list[Any] = list(self.order)
            if arm.is_gathered:
                order[0] = OrderBy(_Gathered(F(by)), descending=self.by.startswith("-"))
            rows = arm.rows if after is None else arm.rows.filter(after)
            firsts.append(rows.order_by(*order).values_list("id", by)[:limit])
        found = [row[0] for row in firsts[0].union(*firsts[1:]).order_by(self.by, key)[:limit]]
        by_id = self.rows.in_bulk(found) if found else {}
        return [by_id[pk] for pk in found if pk in by_id]


@dataclass(frozen=True)
class KeysetPage(Generic[M]):
    """Rows, each with its part's name, and the cursor of the next page ("" at the end)."""

    rows: list[tuple[str, M]]
    next: str

    def of(self, name: str) -> list[M]:
        """The rows of one part."""
        return [row for part, row in self.rows if part == name]


def page_after(parts: Sequence[Part[M]], cursor: str, *, limit: int) -> KeysetPage[M]:
    """Up to `limit` rows of all parts after `cursor` ("" for the first page), without a count.

    A row is on no two pages, however many are added meanwhile, unless its own place in the order changes.
    Raises ValueError for what is no cursor of this list.
    """
    rows: list[tuple[str, M]] = []
    first, after = _place(parts, cursor)
    for part in parts[first:]:
        # One more than fits tells whether there is a next page.
        rows += [(part.name, row) for row in part.take(after, limit + 1 - len(rows))]
        after = None
        if len(rows) > limit:
            break
    is_end = len(rows) <= limit
    rows = rows[:limit]
    return KeysetPage(rows, "" if is_end else _cursor(parts, *rows[-1]))


def _cursor(parts: Sequence[Part[M]], name: str, row: M) -> str:
    part = next(one for one in parts if one.name == name)
    text = f"{name} {part.field.value_to_string(row)} {row.pk}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(parts: Sequence[Part[M]], cursor: str) -> tuple[int, Q | None]:
    """The part that the cursor is in, and what comes after it there. Raises ValueError."""
    if not cursor:
        return 0, None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode()
        name, value, key = text.split(" ")
        index = next(index for index, part in enumerate(parts) if part.name == name)
        part = parts[index]
        at = _read(part.field, value)
        pk = _read(part.rows.model._meta.pk, key)
    except (binascii.Error, UnicodeDecodeError, StopIteration, ValidationError) as error:
        raise ValueError("This is no cursor of this list.") from error
    by = part.by.lstrip("-")
    than = "lt" if part.by.startswith("-") else "gt"
    # The first half bounds what an index is read from; the second leaves out what has been seen at that place.
    return index, Q(**{f"{by}__{than}e": at}) & (Q(**{f"{by}__{than}": at}) | Q(**{f"pk__{than}": pk}))


def _read(field: Any, text: str) -> Any:
    value = field.to_python(text)
    field.run_validators(value)
    if getattr(value, "tzinfo", True) is None:
        raise ValueError("A moment without zone.")
    return value
