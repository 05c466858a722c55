"""The rows of a fan-out, written where they are: `INSERT … SELECT`, so that nobody's row passes through Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import (
    Exists,
    Expression,
    F,
    FilteredRelation,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce, Concat
from django.utils.module_loading import import_string

from accounts.models import Block, PersonMute, User
from social.audiences import Audience
from social.models import Channel, Delivery, Fanout, Notification, PushSubscription
from social.notification_kinds import EMAIL_WAIT, KINDS


@dataclass(frozen=True, slots=True)
class Written:
    """How many rows were inserted, and the lowest and highest of their keys (0 without any)."""

    count: int
    first: int
    last: int


def audience_of(fanout: Fanout) -> Audience:
    """Who is told. Raises KeyError for a name that `FANOUT_AUDIENCES` does not have."""
    audience: Audience = import_string(settings.FANOUT_AUDIENCES[fanout.audience])(fanout)
    return audience


def end_of_chunk(fanout: Fanout) -> int | None:
    """Key of the last person of the next `FANOUT_CHUNK`; None when no more than that are left."""
    audience = audience_of(fanout)
    left = audience.rows.filter(**{f"{audience.user_field}__gt": fanout.cursor})
    keys = left.order_by(audience.user_field).values_list(audience.user_field, flat=True)
    return keys[settings.FANOUT_CHUNK - 1 : settings.FANOUT_CHUNK].first()


def write_chunk(fanout: Fanout, *, upto: int | None, now: datetime) -> int:
    """Tell those of the audience behind the cursor, up to `upto`, who were not told under this key before.

    Three statements, whatever the number of people: notifications, e-mails, pushes. Returns how many people were told.
    """
    notifications = {
        "user": F("pk"),
        "kind": fanout.kind,
        "event": fanout.event,
        "key": fanout.key,
        "actor": fanout.actor_id,
        "space_id": fanout.space_id,
        "post": None,
        "data": fanout.data,
        "in_app": F("wants_in_app"),
        "created_at": now,
        "read_at": None,
    }
    told = _insert(Notification, notifications, _people(fanout, upto).order_by("pk"))
    if told.count:
        _write_deliveries(fanout, Channel.EMAIL, told, now=now)
        _write_deliveries(fanout, Channel.PUSH, told, now=now)
    return told.count


def _write_deliveries(fanout: Fanout, channel: str, told: Written, *, now: datetime) -> None:
    wait = timedelta(0)
    if channel == Channel.EMAIL and not KINDS[fanout.kind].urgent:
        wait = EMAIL_WAIT
    deliveries = {
        "notification": F("pk"),
        "user": F("user_id"),
        "channel": channel,
        "state": Delivery.State.WAITING,
        "due_at": now + wait,
        "expires_at": fanout.expires_at,
        "attempts": 0,
        "claim": None,
        "claimed_until": None,
        "sent_at": None,
        "error": "",
    }
    # By their own keys, which follow each other, with a few of others between them. The key of the fan-out as an expression:
    # by its index, every chunk would read all that was written before it.
    written = (
        Notification.objects.alias(told_under=Concat("key", Value("")))
        .filter(pk__gte=told.first, pk__lte=told.last, told_under=fanout.key, created_at=now)
        .filter(kind=fanout.kind)
    )
    _insert(
        Delivery,
        deliveries,
        _with_wishes(written, fanout.kind, "user__").filter(wished(fanout.kind, channel)),
    )


def _people(fanout: Fanout, upto: int | None) -> QuerySet[User]:
    """Those of the audience between the cursor and `upto` who are to be told, with `wants_in_app`."""
    audience = audience_of(fanout)
    field = audience.user_field
    inside, people = (
        audience.rows.filter(**{f"{field}__gt": fanout.cursor}),
        User.objects.filter(is_active=True, is_suspended=False),
    )
    # Said of both sides: the database may then begin with either.
    people = people.filter(pk__gt=fanout.cursor)
    if upto is not None:
        inside, people = inside.filter(**{f"{field}__lte": upto}), people.filter(pk__lte=upto)
    people = people.filter(pk__in=inside.values(field))
    if actor := fanout.actor_id:
        person = OuterRef("pk")
        people = people.exclude(pk=actor).filter(
            ~Exists(PersonMute.objects.filter(owner=person, person=actor)),
            # Each way by itself: one question with "or" would be put for each person.
            ~Exists(Block.objects.filter(owner=person, person=actor)),
            ~Exists(Block.objects.filter(owner=actor, person=person)),
        )
    people = _with_wishes(people, fanout.kind, "")
    by_channel = wished(fanout.kind, Channel.EMAIL) | wished(fanout.kind, Channel.PUSH)
    return people.filter(Q(wants_in_app=True) | by_channel)


def _with_wishes(rows: QuerySet[Any], kind: str, path: str) -> QuerySet[Any]:
    """`rows` with what the person (`path` leads to them) chose for `kind`, or its defaults."""
    chosen = f"{path}notification_preferences"
    rows = rows.alias(chosen=FilteredRelation(chosen, condition=Q(**{f"{chosen}__kind": kind})))
    person = OuterRef(f"{path}id" if path else "pk")
    return rows.alias(
        wants_in_app=Coalesce("chosen__in_app", Value(KINDS[kind].in_app)),
        address=F(f"{path}email"),
        has_push=Exists(PushSubscription.objects.filter(user=person)),
    )


def wished(kind: str, channel: str) -> Q:
    """Whether one of `_with_wishes` is told by that channel: they want it, and there is a way."""
    name, default = f"chosen__{channel}", {Channel.EMAIL: KINDS[kind].email, Channel.PUSH: KINDS[kind].push}
    wants = Q(**{name: True})
    if default[Channel(channel)]:
        # Nobody's choice is the default; where that is no, the few who chose are what the database begins with.
        wants |= Q(**{f"{name}__isnull": True})
    return wants & (~Q(address="") if channel == Channel.EMAIL else Q(has_push=True))


def _insert(model: type[Model], columns: Mapping[str, Any], rows: QuerySet[Any]) -> Written:
    """Insert a row of `model` for each of `rows`, unless a constraint of uniqueness is against it.

    `columns` names every field but the key: with a value, the same for all, or with an expression of `rows`.
    """
    fields: list[Any] = [model._meta.get_field(name) for name in columns]
    selected = {
        f"column_{field.name}": value
        if isinstance(value, Expression | F)
        else Value(value, output_field=_type(field))
        for field, value in zip(fields, columns.values(), strict=True)
    }
    select, params = rows.annotate(**selected).values_list(*selected).query.sql_with_params()
    quote = connection.ops.quote_name
    names = ", ".join(quote(field.column) for field in fields)
    insert = (
        f"INSERT INTO {quote(model._meta.db_table)} ({names}) {select} ON CONFLICT DO NOTHING RETURNING id"
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Counted where they are; SQLite gives back what was inserted to nobody but us.
            counted = f"WITH told AS ({insert}) SELECT count(*), min(id), max(id) FROM told"  # noqa: S608
            cursor.execute(counted, params)
            count, first, last = cursor.fetchone()
            return Written(count, first or 0, last or 0)
        cursor.execute(insert, params)
        keys = [key for (key,) in cursor.fetchall()]
        return Written(len(keys), min(keys, default=0), max(keys, default=0))


def _type(field: Any) -> Any:
    return field.target_field if field.is_relation else field
