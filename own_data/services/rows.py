"""Somebody's rows as plain data, by what the registry says of each table."""

from collections.abc import Iterator
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from accounts.models import User
from own_data.registry import REGISTRY, Takes
from rooms.models import Space
from tickets.models import LedgerTransaction

_AT_ONCE = 500


def areas() -> dict[str, list[str]]:
    """The parts of an export, each with the names of the tables that are in it."""
    found: dict[str, list[str]] = {}
    for label, declared in REGISTRY.items():
        if declared.takes is not None:
            found.setdefault(declared.takes.area, []).append(label)
    found["ledger"] = ["tickets.LedgerEntry"]
    return dict(sorted(found.items()))


def rows_of(user: User, label: str) -> Iterator[tuple[Model | None, dict[str, Any]]]:
    """Each row of that table that is `user`'s, as it is and as data; the oldest first."""
    if label == "tickets.LedgerEntry":
        yield from _books(user)
        return
    takes = REGISTRY[label].takes
    assert takes is not None
    found = persons_rows(user, label, takes.by).select_related(*_related(label))
    for row in found.order_by("pk").iterator(chunk_size=_AT_ONCE):
        yield row, _as_data(row, takes)


def persons_rows(user: User, label: str, by: tuple[str, ...]) -> QuerySet[Any]:
    """Rows of a table that are `user`'s by one of these columns."""
    theirs = Q()
    for lookup in by:
        theirs |= Q(**{lookup: user.pk})
    model = apps.get_model(label)
    manager = model._base_manager
    if any("__" in lookup for lookup in by):
        # Each row once, whatever the joins.
        return manager.filter(pk__in=manager.filter(theirs).values("pk"))
    return manager.filter(theirs)


def _as_data(row: Model, takes: Takes) -> dict[str, Any]:
    data: dict[str, Any] = {"table": row._meta.label_lower}
    for column in row._meta.concrete_fields:
        if column.name not in takes.without:
            data[column.name] = _value(row, column)
    return data


def _value(row: Model, column: Any) -> Any:
    value = getattr(row, column.attname)
    if value is not None and column.is_relation:
        if column.related_model is User:
            person = getattr(row, column.name)
            return {"id": str(person.pk), "handle": person.handle, "name": person.display_name}
        if column.related_model is Space:
            return {"id": str(value), "title": getattr(row, column.name).title}
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, str | int | float | bool | list | dict) or value is None:
        return value
    return str(value)


@lru_cache(maxsize=128)
def _related(label: str) -> tuple[str, ...]:
    """What is shown with a name: read with the row."""
    columns = apps.get_model(label)._meta.concrete_fields
    return tuple(one.name for one in columns if one.is_relation and one.related_model in (User, Space))


def _books(user: User) -> Iterator[tuple[None, dict[str, Any]]]:
    """What the ledger says about what they have paid, and been paid. The books have no keys of other tables: it is found by
    the numbers in them."""
    mine = Q(order_id__in=persons_rows(user, "tickets.Order", ("buyer",)).values("pk"))
    mine |= Q(tip_id__in=persons_rows(user, "tickets.Tip", ("sender",)).values("pk"))
    mine |= Q(creator_id__in=persons_rows(user, "tickets.Creator", ("user",)).values("pk"))
    found = LedgerTransaction.objects.filter(mine).prefetch_related("entries").order_by("pk")
    for booked in found.iterator(chunk_size=_AT_ONCE):
        for entry in booked.entries.all():
            yield (
                None,
                {
                    "table": "tickets.ledgerentry",
                    "kind": booked.kind,
                    "reference": booked.reference,
                    "at": booked.at.isoformat(),
                    "from": entry.debit_account,
                    "to": entry.credit_account,
                    "amount": entry.amount,
                    "currency": entry.currency,
                },
            )
